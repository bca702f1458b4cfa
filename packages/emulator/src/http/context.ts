// The context that every operation receives: state, clock, keys, faults and log of one running emulator.
import type { Socket } from "node:net";
import type { CallingState } from "../calling/agent.ts";
import type { KeyRing } from "../crypto/signing-keys.ts";
import type { FaultList } from "../faults/fault-list.ts";
import type { Clock } from "../state/clock.ts";
import type { ConnectionCounter } from "../state/connections.ts";
import type { RequestLog } from "../state/request-log.ts";
import type { Seed } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";

/** The parts of a running emulator. */
export interface EmulatorContext {
  /** The seed that a reset restores. */
  seed: Seed;
  state: State;
  clock: Clock;
  /** Entra's signing keys. */
  entraKeys: KeyRing;
  /** The signing keys of ACS access tokens. */
  acsKeys: KeyRing;
  faults: FaultList;
  log: RequestLog;
  connections: ConnectionCounter;
  /** Requests in the current quota window, by ACS operation and resource; `startedAt` in milliseconds. */
  acsRequestCounts: Map<string, { startedAt: number; count: number }>;
  /**
   * Addresses without a trailing slash, set when the ports are open. `public` is the address that clients use, if the
   * user chose one.
   */
  origins: { http: string; https?: string; public?: string };
  /** The host names that requests may use besides the emulator's own; the issuer follows them. */
  allowedHosts: readonly string[];
  /** Whether the emulator listens only on a loopback address. */
  isLoopback: boolean;
  /** Connected call agents, calls and rings. */
  calling: CallingState;
  /** The HTTPS port, set when it is open. */
  https?: HttpsPort;
}

/** What the rest of the emulator uses of the HTTPS port. */
export interface HttpsPort {
  /** The TCP socket below a TLS socket. */
  below(socket: Socket): Socket | undefined;
  /** Closes idle kept-alive connections, so that the next request opens a new one. */
  closeIdle(): void;
}
