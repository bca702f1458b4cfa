// Finds, adds, changes and removes entries of the directory. Each change is checked like a seed, and undone if it
// fails.
import { checkSeed } from "../state/seed.ts";
import type { Registration, Seed, Tenant, User } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";

function requireFound<Thing>(
  thing: Thing | undefined,
  kind: string,
  key: string,
  known: readonly { name: string }[],
): Thing {
  if (thing) return thing;
  throw new Error(`no ${kind} "${key}"; known: ${known.map(({ name }) => name).join(", ")}`);
}

/** @param key its name, id or domain @throws Error that lists the known ones */
export const findTenant = ({ tenants }: State, key: string): Tenant =>
  requireFound(
    tenants.find(({ name, id, domain }) => [name, id, domain].includes(key)),
    "tenant",
    key,
    tenants,
  );

/** @param key a name, object id or user principal name @throws Error that lists the known ones */
export const findUser = ({ users }: State, key: string): User =>
  requireFound(
    users.find(({ name, oid, upn }) => [name, oid, upn].includes(key)),
    "user",
    key,
    users,
  );

/** @param key a name or app id @throws Error that lists the known ones */
export const findRegistration = ({ registrations }: State, key: string): Registration =>
  requireFound(
    registrations.find(({ name, appId }) => [name, appId].includes(key)),
    "registration",
    key,
    registrations,
  );

const keysOfKinds = {
  tenants: ["id"],
  users: ["oid"],
  registrations: ["appId"],
  consents: ["tenantId", "clientAppId", "resourceAppId", "userOid"],
  acsResources: ["id"],
} as const;

/** The lists of the directory. */
export type Kind = keyof typeof keysOfKinds;

type Entry = Record<string, unknown>;

const isKind = (kind: unknown): kind is Kind => typeof kind === "string" && Object.hasOwn(keysOfKinds, kind);

function checkedKind(kind: unknown): Kind {
  if (isKind(kind)) return kind;
  throw new Error(`kind must be one of: ${Object.keys(keysOfKinds).join(", ")}`);
}

function sameKey(kind: Kind, value: Entry) {
  return (entry: object) => keysOfKinds[kind].every((key) => (entry as Entry)[key] === value[key]);
}

function replace(state: State, kind: Kind, list: readonly object[]): void {
  checkSeed({ ...state, [kind]: list } as Seed);
  Object.assign(state, { [kind]: list });
}

/**
 * Adds an entry, or changes the given members of the entry with the same key.
 * @throws Error if the result is invalid
 */
export function put(state: State, kind: unknown, value: Entry): void {
  const list: readonly object[] = state[checkedKind(kind)];
  const matches = sameKey(checkedKind(kind), value);
  const known = list.find(matches);
  const next = known ? list.map((entry) => (entry === known ? { ...known, ...value } : entry)) : [...list, value];
  replace(state, checkedKind(kind), next);
}

/** Removes the entry with the same key. @throws Error if there is none or other entries refer to it */
export function remove(state: State, kind: unknown, value: Entry): void {
  const list: readonly object[] = state[checkedKind(kind)];
  const matches = sameKey(checkedKind(kind), value);
  if (!list.some(matches)) throw new Error("there is no entry with this key");
  replace(
    state,
    checkedKind(kind),
    list.filter((entry) => !matches(entry)),
  );
}
