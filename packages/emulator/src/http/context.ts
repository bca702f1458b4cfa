// The one value that operations receive: state, time, keys, faults and log of one running emulator.
import type { Socket } from "node:net";
import type { KeyRing } from "../crypto/signing-keys.ts";
import type { FaultList } from "../faults/fault-list.ts";
import type { Clock } from "../state/clock.ts";
import type { ConnectionCounter } from "../state/connections.ts";
import type { RequestLog } from "../state/request-log.ts";
import type { Seed } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";

/** A running emulator, seen from inside. */
export interface EmulatorContext {
  /** What a reset goes back to. */
  seed: Seed;
  state: State;
  clock: Clock;
  /** Entra's signing keys. */
  entraKeys: KeyRing;
  /** The keys of ACS access tokens. */
  acsKeys: KeyRing;
  faults: FaultList;
  log: RequestLog;
  connections: ConnectionCounter;
  /** Requests in the current quota window, by ACS operation and resource; `startedAt` in milliseconds. */
  acsRequestCounts: Map<string, { startedAt: number; count: number }>;
  /** Addresses without a trailing slash; filled in once listening. */
  origins: { http: string; https?: string };
  /** The https port, once listening. */
  https?: HttpsPort;
}

/** What the rest of the emulator needs of the https port. */
export interface HttpsPort {
  /** The TCP connection below a TLS one. */
  below(socket: Socket): Socket | undefined;
  /** Closes the kept-alive connections that nobody uses, so that the next request makes a new one. */
  closeIdle(): void;
}

/** All addresses under which this emulator issues tokens. */
export const issuingOrigins = (context: EmulatorContext): string[] =>
  context.origins.https ? [context.origins.http, context.origins.https] : [context.origins.http];
