// What a call needs from its agent, and what the features of a call need from it.
import type { CallSnapshot, CallUser, ClientMessage } from "../../calling/protocol.ts";
import type { Emitter } from "../base/emitter.ts";
import type { EmulatedDeviceManager } from "../media/device-manager.ts";
import type { Peer } from "../media/peer.ts";
import type { EmulatedRemoteParticipant } from "./remote-participant.ts";

/** The part of the agent that calls use. */
export interface AgentContext {
  readonly self: CallUser;
  readonly devices: EmulatedDeviceManager;
  /** Whether there is a connection to the service. */
  isConnected(): boolean;
  send(message: ClientMessage): void;
  request(message: (request: number) => ClientMessage): Promise<void>;
}

/** The part of a call that its features use. */
export interface FeatureContext {
  readonly leg: string;
  readonly agent: AgentContext;
  /** Events `snapshot` after each message about the call, `sample` five times per second, `ended`. */
  readonly signals: Emitter;
  snapshot(): CallSnapshot | undefined;
  participants(): readonly EmulatedRemoteParticipant[];
  peers(): readonly Peer[];
}
