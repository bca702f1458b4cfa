// The package's one entry point: starts an emulator in process.
import { createApp, operationNames } from "./app.ts";
import { createClock } from "./clock.ts";
import { createConnectionCounter } from "./connections.ts";
import { asEmulator, type Emulator } from "./emulator.ts";
import { createFaultList } from "./faults/fault-list.ts";
import { acsKid, entraKid } from "./key-ids.ts";
import { listen } from "./listen.ts";
import type { Seed } from "./model.ts";
import { defaultSeed } from "./package-files.ts";
import { keepStateIn } from "./persistence.ts";
import { createRequestLog } from "./request-log.ts";
import { checkedSeed } from "./seed.ts";
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
export { defaultSeed } from "./package-files.ts";
export type { RequestLogEntry } from "./request-log.ts";

/** Options of `startEmulator`. */
export interface StartOptions {
  /** HTTP port. Default: 0, a free port. */
  port?: number;
  /** Address to listen on. Default: `127.0.0.1`; any other address exposes the emulator to your network. */
  host?: string;
  /** HTTPS port; 0 takes a free port. Default: no HTTPS. */
  tlsPort?: number;
  /** Folder that keeps the CA for HTTPS from run to run. Default: a new CA in memory for each run. */
  stateFolder?: string;
  /** File that is loaded at start and saved every 5 seconds and at `close()`. Default: the state is lost at the end. */
  stateFile?: string;
  /** Tenants, users, registrations and ACS resources to start with. Default: `defaultSeed()`. */
  seed?: Seed;
  /** The clock that the emulator's own clock runs on. Default: the clock of the machine. */
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
 * Starts an emulator of Entra ID and ACS Identity in this process. It creates its signing keys in the background, and
 * the first token waits for them.
 * @param options where to listen and what to start with
 * @returns the running emulator; call `close()` when you are done
 * @throws Error with `code: "EADDRINUSE"` and the `port` if a port is taken
 * @throws Error that names the entry that is wrong, if the seed or the state file is invalid
 * @example
 * const emulator = await startEmulator();
 * const token = await emulator.issueToken({ resource: "teams", user: "ada" });
 * await emulator.close();
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
