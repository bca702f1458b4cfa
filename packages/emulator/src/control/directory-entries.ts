// Finds, adds, changes and removes entries of the directory. Each change is checked like a seed, and undone if it
// fails.
import { checkSeed, seedPartOf } from "../state/seed.ts";
import type { Kind } from "../state/seed-schema.ts";
import type { Registration, Tenant, User } from "../state/seed-types.ts";
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

const keysOfKinds: Record<Kind, readonly string[]> = {
  tenants: ["id"],
  users: ["oid"],
  registrations: ["appId"],
  consents: ["tenantId", "clientAppId", "resourceAppId", "userOid"],
  acsResources: ["id"],
  meetings: ["id"],
};

type Entry = Record<string, unknown>;

function sameKey(kind: Kind, value: Entry) {
  return (entry: object) => keysOfKinds[kind].every((key) => (entry as Entry)[key] === value[key]);
}

function replace(state: State, kind: Kind, list: readonly object[]): void {
  checkSeed({ ...seedPartOf(state), [kind]: list });
  Object.assign(state, { [kind]: list });
}

/**
 * Adds an entry, or changes the given members of the entry with the same key.
 * @throws Error if the result is invalid
 */
export function put(state: State, kind: Kind, value: Entry): void {
  const list: readonly object[] = state[kind];
  const matches = sameKey(kind, value);
  const known = list.find(matches);
  const next = known ? list.map((entry) => (entry === known ? { ...known, ...value } : entry)) : [...list, value];
  replace(state, kind, next);
}

/** Removes the entry with the same key. @throws Error if there is none or other entries refer to it */
export function remove(state: State, kind: Kind, value: Entry): void {
  const list: readonly object[] = state[kind];
  const matches = sameKey(kind, value);
  if (!list.some(matches)) throw new Error("there is no entry with this key");
  replace(
    state,
    kind,
    list.filter((entry) => !matches(entry)),
  );
}
