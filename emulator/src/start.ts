// The emulator in process: the package's one entry point.
import type { AddressInfo } from "node:net";
import { resetQuotas } from "./acs/quota.ts";
import { createApp } from "./app.ts";
import { type Clock, createClock } from "./clock.ts";
import { findRegistration, findTenant, findUser } from "./control/find.ts";
import { type IssueTokenOptions, issueToken } from "./control/issue-token.ts";
import { createFaultList, type FaultRule } from "./faults/fault.ts";
import { acsKid, entraKid } from "./key-ids.ts";
import type { Registration, Seed, Tenant, User } from "./model.ts";
import { createRequestLog, type RequestLogEntry } from "./request-log.ts";
import { checkedSeed, defaultSeed } from "./seed.ts";
import { createKeyRing } from "./signing-keys.ts";
import { stateFromSeed } from "./state.ts";
import type { World } from "./world.ts";

export type { Clock } from "./clock.ts";
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
  /** The world to start with; `seed/default.json` by default. */
  seed?: Seed;
  /** The clock to run on; the machine's by default. */
  now?: () => Date;
}

/** A running emulator. */
export interface Emulator {
  /** E.g. `http://localhost:9400`, without a trailing slash. */
  readonly origin: string;
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
  /** Ends at once, open connections included. */
  close(): Promise<void>;
}

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

const originOf = (scheme: "http" | "https", host: string, port: number): string =>
  `${scheme}://${loopback.has(host) || host === "0.0.0.0" || host === "::" ? "localhost" : host}:${port}`;

function createWorld(seed: Seed, now: (() => Date) | undefined): World {
  return {
    state: stateFromSeed(seed),
    clock: createClock(now),
    entraKeys: createKeyRing(entraKid),
    acsKeys: createKeyRing(acsKid),
    faults: createFaultList(),
    log: createRequestLog(),
    origins: { http: "" },
  };
}

function connectionString(world: World): string {
  const [resource] = world.state.acsResources;
  return `endpoint=${world.origins.http}/;accesskey=${resource?.accessKeys[0] ?? ""}`;
}

function resetWorld(world: World, seed: Seed): void {
  Object.assign(world.state, stateFromSeed(seed));
  world.clock.reset();
  world.faults.clear();
  world.log.clear();
  resetQuotas(world);
}

function asEmulator(world: World, seed: Seed, close: () => Promise<void>): Emulator {
  const { state, faults, log, clock, entraKeys } = world;
  return {
    origin: world.origins.http,
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
    tenant: (name) => findTenant(state, name),
    user: (name) => findUser(state, name),
    registration: (name) => findRegistration(state, name),
    issueToken: (options) => issueToken(world, options),
    addFault: (rule) => faults.add(rule),
    clearFaults: (operation) => faults.clear(operation),
    clock,
    requests: log.entries,
    requestCount: (operation) => log.count(operation),
    clearRequests: () => log.clear(),
    rotateKeys: (options) => entraKeys.rotate(options),
    reset: () => resetWorld(world, seed),
    close,
  };
}

/**
 * Starts an emulator. Signing keys are made in the background; the first token waits for them.
 * @throws Error with code EADDRINUSE when the port is taken, or one that names what is wrong with the seed
 */
export async function startEmulator(options: StartOptions = {}): Promise<Emulator> {
  const seed = options.seed ? checkedSeed(options.seed) : await defaultSeed();
  const host = options.host ?? "127.0.0.1";
  const world = createWorld(seed, options.now);
  const app = createApp(world);
  await app.listen({ host, port: options.port ?? 0 });
  world.origins.http = originOf("http", host, (app.server.address() as AddressInfo).port);
  return asEmulator(world, seed, () => app.close());
}
