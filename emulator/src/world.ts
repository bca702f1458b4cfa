// The one value that operations receive: state, time, keys, faults and log of one running emulator.
import type { Clock } from "./clock.ts";
import type { FaultList } from "./faults/fault.ts";
import type { Seed } from "./model.ts";
import type { RequestLog } from "./request-log.ts";
import type { KeyRing } from "./signing-keys.ts";
import type { State } from "./state.ts";

/** A running emulator, seen from inside. */
export interface World {
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
  /** Addresses without a trailing slash; filled in once listening. */
  origins: { http: string; https?: string };
}

/** All addresses under which this emulator issues tokens. */
export const issuingOrigins = (world: World): string[] =>
  world.origins.https ? [world.origins.http, world.origins.https] : [world.origins.http];
