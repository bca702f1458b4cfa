// Consent: delegated grants, by a user or for a whole tenant.
import type { Consent, Registration } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";
import type { RequestedResource } from "./scopes.ts";

interface Party {
  tenantId: string;
  userOid: string;
  client: Registration;
}

function grantsOf(state: State, party: Party, resource: Registration): Consent[] {
  return state.consents.filter(
    (grant) =>
      grant.tenantId === party.tenantId &&
      grant.clientAppId === party.client.appId &&
      grant.resourceAppId === resource.appId &&
      (grant.userOid === undefined || grant.userOid === party.userOid),
  );
}

/** All permissions of the resource that the user or an administrator has granted to the client. */
export function consentedScopes(state: State, party: Party, resource: Registration): string[] {
  return [
    ...new Set([
      ...preAuthorizedScopes(party, resource),
      ...grantsOf(state, party, resource).flatMap((grant) => grant.scopes),
    ]),
  ];
}

/** Permissions that the registration of the API grants to the client for all users. */
function preAuthorizedScopes(
  { client }: Party,
  { preAuthorizedApplications = [], scopes = [] }: Registration,
): string[] {
  const ids = preAuthorizedApplications
    .filter(({ appId }) => appId === client.appId)
    .flatMap(({ delegatedPermissionIds }) => delegatedPermissionIds);
  return scopes.filter(({ id }) => ids.includes(id)).map(({ value }) => value);
}

/** The permissions that still need consent. Any earlier grant satisfies `.default`. */
export function missingScopes(state: State, party: Party, requested: RequestedResource): string[] {
  // An application needs no consent to call itself.
  if (requested.resource === party.client) return [];
  const consented = consentedScopes(state, party, requested.resource);
  return requested.scopes.filter((value) =>
    value === ".default" ? consented.length === 0 : !consented.includes(value),
  );
}

/** Adds a grant, for the whole tenant if there is no `userOid`. Earlier scopes stay granted. */
export function recordConsent(state: State, consent: Consent): void {
  const same = state.consents.find(
    (grant) =>
      grant.tenantId === consent.tenantId &&
      grant.clientAppId === consent.clientAppId &&
      grant.resourceAppId === consent.resourceAppId &&
      grant.userOid === consent.userOid,
  );
  if (same) same.scopes = [...new Set([...same.scopes, ...consent.scopes])];
  else state.consents.push({ ...consent, scopes: [...new Set(consent.scopes)] });
}

/** What `.default` stands for: the permissions listed in the client's registration, or all that the resource offers. */
function registeredScopes(client: Registration, resource: Registration): string[] {
  return client.requiredPermissions?.[resource.appId] ?? (resource.scopes ?? []).map((scope) => scope.value);
}

/** The names of the requested permissions; `.default` is replaced by the permissions it stands for. */
export function expandDefaultScope(client: Registration, { resource, scopes }: RequestedResource): string[] {
  const named = scopes.filter((value) => value !== ".default");
  return scopes.includes(".default") ? [...new Set([...named, ...registeredScopes(client, resource)])] : named;
}
