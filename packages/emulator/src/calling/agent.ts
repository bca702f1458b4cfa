// A connected call agent: one WebSocket of one user.
import type { Call, Member } from "./call.ts";
import type { CallUser, EndReason, ServiceMessage } from "./protocol.ts";

/** The owner of an accepted token. */
export interface CallingUser extends CallUser {
  tenantId: string;
  objectId: string;
}

/** A call agent. A user has one for each open window. */
export interface Agent {
  readonly user: CallingUser;
  /** The access token with which the agent is connected, and its expiry in seconds since 1970. */
  token: string;
  expiresAt: number;
  /** When `token-needed` was sent last for this token, by the emulator's clock in milliseconds. */
  askedAt?: number;
  /** While a new token is being judged, the old one is not refused: the clock may be moved meanwhile. */
  isRenewing?: boolean;
  /** When the service first saw that the token is expired, by the emulator's clock in milliseconds. */
  expiredAt?: number;
  /** The calls of this agent, by the agent's own IDs. */
  readonly legs: Map<string, { call: Call; member: Member }>;
  /** When the connection was lost, by the emulator's clock in milliseconds. The module may come back for its calls. */
  lostAt?: number;
  /** What a lost agent has to know about rings when it comes back. */
  readonly missed: ServiceMessage[];
  send(message: ServiceMessage): void;
  /** Tells the module that it is refused, and closes the connection. */
  refuse(reason: EndReason, message: string): void;
  /** Closes the connection without a word, as a broken network does. */
  drop(): void;
}

/** A user who is being called, on all agents of that user. */
export interface Ring {
  readonly id: string;
  readonly call: Call;
  /** The participation that the answer will take. */
  readonly member: Member;
  readonly caller: CallUser;
  readonly agents: Set<Agent>;
  /** By the emulator's clock, in milliseconds. */
  readonly startedAt: number;
  /** When the last device left, by the emulator's clock in milliseconds. A page that loads again comes back. */
  unheardSince?: number;
  /** An emulated phone, which answers by itself. */
  readonly isPhone: boolean;
}

/** Everything live in the calling service. It is not part of an export. */
export interface CallingState {
  readonly agents: Set<Agent>;
  readonly calls: Map<string, Call>;
  readonly rings: Map<string, Ring>;
  /** How often a hand was raised, to keep the order. */
  hands: number;
  /** Users (raw identifiers) without a network, until a time by the emulator's clock in milliseconds. */
  readonly offlineUntil: Map<string, number>;
  /** How long each message to a module takes, in real milliseconds. */
  delayMs: number;
}

export const createCallingState = (): CallingState => ({
  agents: new Set(),
  calls: new Map(),
  rings: new Map(),
  hands: 0,
  offlineUntil: new Map(),
  delayMs: 0,
});
