// What the administration commands need: the deny list that running servers share, and the assignments at ACS. Both read
// the settings of the server and nothing else.

import type { DenyAnswer, DenyRequest, DenySubject, DenyView } from "@teams-token-exchange/rules/contract";
import { acsCredential } from "./acs/acs-connection.ts";
import type { AcsOutcome } from "./acs/acs-failure.ts";
import { type Assignee, type Assignment, createAssignments } from "./acs/assignments.ts";
import { createTransport } from "./acs/transport.ts";
import { deny, viewOf } from "./deny-list/administer.ts";
import { createRedisDenyList } from "./deny-list/redis-deny-list.ts";
import { createFetch } from "./network/network.ts";
import { openRedis } from "./redis/open-redis.ts";
import type { RedisProblem } from "./redis/redis.ts";
import { type Config, readConfig, readSetting } from "./settings/read-settings.ts";
import type { ResourceSettings } from "./settings/tenants-file.ts";

export type { Assignee, Assignment } from "./acs/assignments.ts";
export { subjectKey } from "./deny-list/deny-list.ts";
export type { RedisProblem } from "./redis/redis.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** An action that could not be carried out. The message is for the operator and holds no secret. */
export class AdminFailure extends Error {
  override readonly name = "AdminFailure";
}

/** The deny list that running servers share. Every method throws {@link AdminFailure} when Redis cannot be used. */
export interface SharedDenyList {
  /** Denies a user, client or tenant from now on. */
  add(denial: DenyRequest): Promise<DenyAnswer>;
  /** @returns whether the subject was denied before */
  remove(subject: DenySubject): Promise<boolean>;
  list(): Promise<DenyView[]>;
  close(): Promise<void>;
}

const commandTimeoutMs = 5_000;

function readRedisUrl(env: Environment): string {
  const url = readSetting({ ...env }, "REDIS_URL");
  if (url !== undefined) return url;
  throw new AdminFailure(
    "REDIS_URL is missing. Without Redis, the deny-list is inside the one server process, where this command cannot reach it. Use the admin route (ADMIN_APP_ROLE), or give the servers and this command the same REDIS_URL.",
  );
}

async function orAdminFailure<Value>(action: Promise<Value>): Promise<Value> {
  return action.catch((cause: unknown) => {
    throw new AdminFailure("Redis at REDIS_URL cannot be reached, or refuses to write. Nothing was changed.", {
      cause,
    });
  });
}

/**
 * Opens the deny list of the servers that use the same REDIS_URL.
 *
 * @throws {AdminFailure} if REDIS_URL is missing
 * @throws {ConfigError} if it is wrong
 */
export async function openDenyList(env: Environment): Promise<SharedDenyList> {
  const silent = { info: () => {}, warn: () => {} };
  const auth = readSetting({ ...env }, "REDIS_AUTH") === "entra" ? "entra" : "password";
  const redis = await openRedis(readRedisUrl(env), auth, fetch, { log: silent, commandTimeoutMs });
  const list = createRedisDenyList({ redis, now: Date.now, log: silent });
  await redis.start();
  return {
    add: (denial) => orAdminFailure(deny(list, denial, Date.now())),
    remove: (subject) => orAdminFailure(list.remove(subject)),
    list: async () => (await orAdminFailure(list.list())).map(viewOf),
    close: () => redis.stop(),
  };
}

/** Reads every key in a way that fails if it holds something else. */
const readKeys = "for i, key in ipairs(KEYS) do redis.call(ARGV[i], key) end return 1";

/**
 * Connects to the Redis of the settings, and does what servers do there.
 *
 * @returns what is wrong with it, if anything
 * @throws {PackageMissing} if a setting needs a package that is not installed
 */
export async function examineRedis({ redisUrl, redisAuth, acs }: Config): Promise<RedisProblem | undefined> {
  if (redisUrl === undefined) return undefined;
  const silent = { info: () => {}, warn: () => {} };
  const redis = await openRedis(redisUrl, redisAuth, fetch, { log: silent, commandTimeoutMs });
  try {
    await redis.start();
    const ofDenyList = ["tte:deny", ...["issued", "issued-acs", "under-way"].map((name) => `tte:{tte:deny}:${name}`)];
    await redis.run(readKeys, ofDenyList, ["HLEN", "ZCARD", "ZCARD", "ZCARD"]);
    const ofQuota = ["calls", "instances", "state"].map((name) => `tte:{${new URL(acs.endpoint).host}}:${name}`);
    await redis.run(readKeys, ofQuota, ["ZCARD", "ZCARD", "HLEN"]);
    return undefined;
  } catch {
    return redis.problem ?? { code: "unreachable", explanation: "Redis at REDIS_URL does not answer in time" };
  } finally {
    await redis.stop();
  }
}

/** The users who are allowed to use Teams Phone Extensibility at the ACS resource. Every method throws {@link AdminFailure} if ACS refuses. */
export interface AssignmentClient {
  /** Creates or replaces the assignment. */
  assign(assignment: Assignment): Promise<Assignment>;
  find(assignee: Assignee): Promise<Assignment | undefined>;
  remove(assignee: Assignee): Promise<void>;
  close(): Promise<void>;
}

/** For each request. */
const timeoutMs = 15_000;

async function orRefusal<Value>(request: Promise<AcsOutcome<Value>>): Promise<Value> {
  const outcome = await request;
  if (outcome.ok) return outcome.value;
  const { reason, status, acsCode, msCv, advice } = outcome;
  const facts = [reason, status && `status ${status}`, acsCode, msCv && `MS-CV ${msCv}`].filter(Boolean);
  throw new AdminFailure(
    `Azure Communication Services did not do it: ${facts.join(", ")}.${advice === undefined ? "" : ` ${advice}.`}`,
  );
}

function resourceNamed(resources: readonly ResourceSettings[], name: string | undefined): ResourceSettings {
  const [only, ...others] = resources;
  const found = resources.find((resource) => resource.name === name);
  if (found) return found;
  if (only && others.length === 0 && name === undefined) return only;
  const names = resources.flatMap((resource) => resource.name ?? []);
  if (names.length === 0)
    throw new AdminFailure("The settings have one resource without a name. Leave --resource out.");
  throw new AdminFailure(`Choose a resource of TENANTS_FILE with --resource: ${names.join(", ")}.`);
}

/**
 * Connects to the ACS resource of the settings.
 *
 * @param name the resource's name in TENANTS_FILE; it may be left out if there is only one
 * @throws {AdminFailure} if there are several resources and none of them has that name
 * @throws {ConfigError} if a setting is missing or wrong
 * @throws {PackageMissing} if a setting needs a package that is not installed
 */
export async function openAssignments(env: Environment, name?: string): Promise<AssignmentClient> {
  const { acs, network, tenancy } = readConfig({ ...env });
  const { allowInsecureConnection } = acs;
  const { endpoint, accessKeys } = resourceNamed(tenancy.resources, name);
  const credential = await acsCredential(accessKeys, createFetch(network));
  const transport = createTransport(endpoint, 4, network);
  const assignments = createAssignments({ endpoint, allowInsecureConnection, credential, transport, now: Date.now });
  const signal = () => AbortSignal.timeout(timeoutMs);
  return {
    assign: (assignment) => orRefusal(assignments.put(assignment, signal())),
    find: (assignee) => orRefusal(assignments.find(assignee, signal())),
    remove: async (assignee) => void (await orRefusal(assignments.remove(assignee, signal()))),
    close: () => transport.close(),
  };
}
