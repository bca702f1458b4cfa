// The emulator in process: the package's one entry point.
import { inspectAcsToken, type TokenInspection } from "./acs/inspect-token.ts";
import { createApp } from "./app.ts";
import { type Clock, createClock } from "./clock.ts";
import { connectionString, regenerateAccessKey } from "./control/access-keys.ts";
import { type ExportedState, exportState, importState } from "./control/export-state.ts";
import { findRegistration, findTenant, findUser } from "./control/find.ts";
import { type IssueTokenOptions, issueToken } from "./control/issue-token.ts";
import { resetWorld } from "./control/reset.ts";
import { createFaultList, type FaultRule } from "./faults/fault.ts";
import { acsKid, entraKid } from "./key-ids.ts";
import { type Listening, listen } from "./listen.ts";
import type { Registration, Seed, Settings, Tenant, User } from "./model.ts";
import { keepStateIn } from "./persistence.ts";
import { createRequestLog, type RequestLogEntry } from "./request-log.ts";
import { checkedSeed, defaultSeed } from "./seed.ts";
import { createKeyRing } from "./signing-keys.ts";
import { stateFromSeed } from "./state.ts";
import type { World } from "./world.ts";

export type { TokenInspection } from "./acs/inspect-token.ts";
export type { Clock } from "./clock.ts";
export type { ExportedState } from "./control/export-state.ts";
export type { IssueTokenOptions } from "./control/issue-token.ts";
export type { Fault, FaultBody, FaultRule } from "./faults/fault.ts";
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

/** A running emulator. */
export interface Emulator {
  /** E.g. `http://localhost:9400`, without a trailing slash. */
  readonly origin: string;
  /** E.g. `https://localhost:9443`, when started with a `tlsPort`. */
  readonly httpsOrigin: string | undefined;
  /** PEM of the CA to trust for https. */
  readonly caCertificate: string | undefined;
  /** Where that lies, when it is kept. */
  readonly caFile: string | undefined;
  /** For the first ACS resource, with its primary key. */
  readonly acsConnectionString: string;
  readonly tenants: readonly Tenant[];
  readonly users: readonly User[];
  readonly registrations: readonly Registration[];
  /** By name, id or domain. @throws Error when unknown */
  tenant(name: string): Tenant;
  /** By name, oid or upn. @throws Error when unknown */
  user(name: string): User;
  /** By name or app id. @throws Error when unknown */
  registration(name: string): Registration;
  /** An Entra access token without a sign-in, sound or broken. */
  issueToken(options: IssueTokenOptions): Promise<string>;
  /** Whether an ACS token of this emulator still counts: expired, revoked, ended with its key. */
  inspectAcsToken(token: string): TokenInspection;
  /** Ends every token made with the key. @returns the new connection string */
  regenerateAccessKey(key: "primary" | "secondary"): string;
  /** Live: changes take effect at once. */
  readonly settings: Settings;
  addFault(rule: FaultRule): void;
  /** All faults, or those of one operation. */
  clearFaults(operation?: string): void;
  readonly clock: Clock;
  /** The latest answered requests, oldest first. */
  readonly requests: readonly RequestLogEntry[];
  /** Requests of one operation that came in since the start or the last clear. */
  requestCount(operation: string): number;
  clearRequests(): void;
  /** A new Entra signing key; `dropOld` withdraws the former ones at once. */
  rotateKeys(options?: { dropOld?: boolean }): Promise<void>;
  /** Back to the seed: state, clock, faults and log. The keys stay. */
  reset(): void;
  /** The whole state as one JSON value. */
  exportState(): Promise<ExportedState>;
  /** @throws Error when the value is no export; then nothing has changed */
  importState(state: unknown): Promise<void>;
  /** Ends at once, open connections included. */
  close(): Promise<void>;
}

function createWorld(seed: Seed, now: (() => Date) | undefined): World {
  return {
    seed,
    state: stateFromSeed(seed),
    clock: createClock(now),
    entraKeys: createKeyRing(entraKid),
    acsKeys: createKeyRing(acsKid),
    faults: createFaultList(),
    log: createRequestLog(),
    origins: { http: "" },
  };
}

function asEmulator(world: World, { tls }: Listening, close: () => Promise<void>): Emulator {
  const { state, faults, log, clock, entraKeys, origins } = world;
  return {
    origin: origins.http,
    httpsOrigin: origins.https,
    caCertificate: tls?.caCertificate,
    caFile: tls?.caFile,
    get acsConnectionString() {
      return connectionString(world);
    },
    get tenants() {
      return state.tenants;
    },
    get users() {
      return state.users;
    },
    get registrations() {
      return state.registrations;
    },
    get settings() {
      return state.settings;
    },
    tenant: (name) => findTenant(state, name),
    user: (name) => findUser(state, name),
    registration: (name) => findRegistration(state, name),
    issueToken: (options) => issueToken(world, options),
    inspectAcsToken: (token) => inspectAcsToken(world, token),
    regenerateAccessKey: (key) => regenerateAccessKey(world, key),
    addFault: (rule) => faults.add(rule),
    clearFaults: (operation) => faults.clear(operation),
    clock,
    requests: log.entries,
    requestCount: (operation) => log.count(operation),
    clearRequests: () => log.clear(),
    rotateKeys: (options) => entraKeys.rotate(options),
    reset: () => resetWorld(world),
    exportState: () => exportState(world),
    importState: (exported) => importState(world, exported),
    close,
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
  return asEmulator(world, listening, async () => {
    await listening.close();
    await endState?.();
  });
}
