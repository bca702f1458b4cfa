// Finds people and things by any of their names: the seed's short name, an id, a sign-in name.
import type { Registration, Tenant, User } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";

function found<Thing>(
  thing: Thing | undefined,
  kind: string,
  wanted: string,
  known: readonly { name: string }[],
): Thing {
  if (thing) return thing;
  throw new Error(`no ${kind} "${wanted}"; known: ${known.map(({ name }) => name).join(", ")}`);
}

/** By name, id or domain. @throws Error that lists the known ones */
export const findTenant = (state: State, wanted: string): Tenant =>
  found(
    state.tenants.find(({ name, id, domain }) => [name, id, domain].includes(wanted)),
    "tenant",
    wanted,
    state.tenants,
  );

/** By name, object id or user principal name. @throws Error that lists the known ones */
export const findUser = (state: State, wanted: string): User =>
  found(
    state.users.find(({ name, oid, upn }) => [name, oid, upn].includes(wanted)),
    "user",
    wanted,
    state.users,
  );

/** By name or app id. @throws Error that lists the known ones */
export const findRegistration = (state: State, wanted: string): Registration =>
  found(
    state.registrations.find(({ name, appId }) => [name, appId].includes(wanted)),
    "registration",
    wanted,
    state.registrations,
  );
