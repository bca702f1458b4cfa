// Finds tenants, applications and users in the directory, with the errors that Entra returns.
import { guidFromText } from "../crypto/random-values.ts";
import type { Registration, Tenant, User } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";
import { EntraError } from "./entra-error.ts";

/** Path segments that stand for the tenant of the user who signs in. */
const anyTenant = new Set(["common", "organizations"]);

/** The tenant of personal accounts. */
export const PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** Whether a path segment stands for the tenant of personal accounts, by name or id. */
export const isPersonalTenant = (segment: string): boolean =>
  ["consumers", PERSONAL_TENANT].includes(segment.toLowerCase());

/** @returns the tenant, or `undefined` for `common` and `organizations`. @throws AADSTS90002 */
export function tenantOf(state: State, segment: string): Tenant | undefined {
  const lowerCased = segment.toLowerCase();
  if (anyTenant.has(lowerCased)) return undefined;
  const tenant = state.tenants.find(
    (candidate) => candidate.id === lowerCased || candidate.domain.toLowerCase() === lowerCased,
  );
  if (!tenant) throw new EntraError(90002, [segment]);
  return tenant;
}

/** The tenant with this id. @throws AADSTS90002 */
export function tenantById(state: State, id: string): Tenant {
  const tenant = state.tenants.find((candidate) => candidate.id === id);
  if (!tenant) throw new EntraError(90002, [id]);
  return tenant;
}

/**
 * The client application. Tenants other than its home tenant have it only if it is multi-tenant.
 * @throws AADSTS700016, AADSTS50194, AADSTS900144
 */
export function clientOf(state: State, tenant: Tenant | undefined, clientId: string | null | undefined): Registration {
  if (!clientId) throw new EntraError(900144, ["client_id"]);
  const client = state.registrations.find((candidate) => candidate.appId === clientId.toLowerCase());
  const unknown = () => new EntraError(700016, [clientId, tenant?.displayName ?? "Microsoft"]);
  if (!client?.tenantId) throw unknown();
  if (tenant && tenant.id !== client.tenantId && !client.multiTenant) throw unknown();
  if (!tenant && !client.multiTenant) throw new EntraError(50194, [client.appId, client.displayName]);
  return client;
}

/**
 * The tenant of a path segment and the client. No registration of the emulator is for personal accounts.
 * @throws AADSTS90002, AADSTS9002332, and those of `clientOf`
 */
export function recipientOf(
  state: State,
  segment: string,
  clientId: string | null | undefined,
): { tenant: Tenant | undefined; client: Registration } {
  if (isPersonalTenant(segment)) {
    const client = registrationById(state, clientId?.toLowerCase() ?? "") ?? clientOf(state, undefined, clientId);
    throw new EntraError(9002332, [client.appId, client.displayName]);
  }
  const tenant = tenantOf(state, segment);
  return { tenant, client: clientOf(state, tenant, clientId) };
}

/** A service principal is a tenant's view of an application. It has its own id, which is the `oid` of its tokens. */
export const servicePrincipalId = (tenantId: string, appId: string): string =>
  guidFromText(`service principal ${tenantId} ${appId}`);

/** The registration with this app id. */
export const registrationById = (state: State, appId: string): Registration | undefined =>
  state.registrations.find((candidate) => candidate.appId === appId);

/** The user with this sign-in name; upper and lower case do not matter. */
export const userByUpn = (state: State, upn: string): User | undefined =>
  state.users.find((candidate) => candidate.upn.toLowerCase() === upn.trim().toLowerCase());

/** The user with this object id. */
export const userByOid = (state: State, oid: string): User | undefined =>
  state.users.find((candidate) => candidate.oid === oid);
