// The package's one entry point: starts an emulator in process.
import { createApp, operationNames } from "./app.ts";
import { createClock } from "./clock.ts";
import { createConnectionCounter } from "./connections.ts";
import { asEmulator, type Emulator } from "./emulator.ts";
import { createFaultList } from "./faults/fault-list.ts";
import { acsKid, entraKid } from "./key-ids.ts";
import { listen } from "./listen.ts";
import type { Seed } from "./model.ts";
import { keepStateIn } from "./persistence.ts";
import { createRequestLog } from "./request-log.ts";
import { checkedSeed, defaultSeed } from "./seed.ts";
import { createKeyRing } from "./signing-keys.ts";
import { stateFromSeed } from "./state.ts";
import type { World } from "./world.ts";

export type { TokenInspection } from "./acs/inspect-token.ts";
export type { Clock } from "./clock.ts";
export type { Connections, PortConnections } from "./connections.ts";
export type { ClientCertificate } from "./control/certificates.ts";
export type { ExportedState } from "./control/export-state.ts";
export type { IssueTokenOptions } from "./control/issue-token.ts";
export type { Emulator } from "./emulator.ts";
export type { Fault, FaultBody, FaultRule, RawPiece, TlsProblem } from "./faults/fault.ts";
export type * from "./model.ts";
export type { RequestLogEntry } from "./request-log.ts";

/** How to start. */
export interface StartOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Address to bind; 127.0.0.1 by default. The origin is named localhost for loopback addresses. */
  host?: string;
  /** Port for https; 0 takes a free one. Without it there is no https. */
  tlsPort?: number;
  /** Where the CA of https is kept; without it the CA lives as long as the process. */
  stateFolder?: string;
  /** Loaded at start and kept up to date. */
  stateFile?: string;
  /** The world to start with; `seed/default.json` by default. */
  seed?: Seed;
  /** The clock to run on; the machine's by default. */
  now?: () => Date;
}

function createWorld(seed: Seed, now: (() => Date) | undefined): World {
  return {
    seed,
    state: stateFromSeed(seed),
    clock: createClock(now),
    entraKeys: createKeyRing(entraKid),
    acsKeys: createKeyRing(acsKid),
    faults: createFaultList(operationNames),
    log: createRequestLog(),
    connections: createConnectionCounter(),
    origins: { http: "" },
  };
}

/**
 * Starts an emulator. Signing keys are made in the background; the first token waits for them.
 * @throws Error with code EADDRINUSE when a port is taken, or one that names what is wrong with the seed or the state
 */
export async function startEmulator(options: StartOptions = {}): Promise<Emulator> {
  const { host = "127.0.0.1", port = 0, tlsPort, stateFolder, stateFile } = options;
  const seed = options.seed ? checkedSeed(options.seed) : await defaultSeed();
  const world = createWorld(seed, options.now);
  const endState = stateFile === undefined ? undefined : await keepStateIn(world, stateFile);
  const listening = await listen(createApp(world), world, { host, port, tlsPort, stateFolder });
  // After the doors are open, one by one: making keys would hold up reading files, which shares its threads.
  void world.entraKeys.current().then(() => world.acsKeys.current());
  return asEmulator(world, listening.tls, async () => {
    await listening.close();
    await endState?.();
  });
}
