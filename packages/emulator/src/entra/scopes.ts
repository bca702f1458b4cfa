// Reads a `scope` parameter: which resource it names, by which of its identifiers, and which permissions.
import type { Registration, Tenant } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";
import { EntraError } from "./entra-error.ts";

const openIdScopes = new Set(["openid", "profile", "email", "offline_access"]);

/** One resource of a request. */
export interface RequestedResource {
  resource: Registration;
  /** The identifier in the request; it becomes the audience of v1 tokens. */
  identifier: string;
  /** Permission values; `[".default"]` requests everything that was consented before. */
  scopes: string[];
}

/** A parsed scope parameter. */
export interface RequestedScopes {
  openId: string[];
  resources: RequestedResource[];
}

function namesOf(resource: Registration): string[] {
  return [...(resource.identifierUris ?? []), resource.appId];
}

/**
 * Splits `<resource>/<permission>`. The longest name wins, and a resource may itself end in a slash (`…//.default`).
 */
function splitScope(
  state: State,
  scope: string,
): { resource: Registration; identifier: string; value: string } | undefined {
  const matches = state.registrations.flatMap((resource) =>
    namesOf(resource)
      .filter((name) => scope.startsWith(`${name}/`) && scope.length > name.length + 1)
      .map((identifier) => ({ resource, identifier, value: scope.slice(identifier.length + 1) })),
  );
  return matches.sort((a, b) => b.identifier.length - a.identifier.length)[0];
}

function graphScope(state: State, value: string) {
  // A bare permission such as `User.Read` means Microsoft Graph.
  const resource = state.registrations.find((candidate) => candidate.name === "graph");
  const identifier = resource?.identifierUris?.[0];
  return resource && identifier ? { resource, identifier, value } : undefined;
}

/**
 * Whether the tenant has the resource: its home tenant does; all tenants have Microsoft's and multi-tenant resources.
 */
const existsIn = (resource: Registration, tenant: Tenant | undefined): boolean =>
  !tenant || !resource.tenantId || resource.tenantId === tenant.id || resource.multiTenant === true;

function checkOffered(client: Registration, tenant: Tenant | undefined, resource: Registration, value: string): void {
  if (tenant?.missingServicePrincipals?.includes(resource.appId)) {
    throw new EntraError(650052, [resource.appId, resource.displayName, tenant.displayName]);
  }
  if (value === ".default" || resource.scopes?.some((scope) => scope.value === value && scope.isEnabled !== false))
    return;
  throw new EntraError(650053, [client.displayName, value, resource.displayName]);
}

/**
 * @param tenant the tenant whose service principals are checked; undefined for `common` before sign-in
 * @throws AADSTS500011 unknown resource, AADSTS650052 no service principal, AADSTS650053 unknown permission
 */
export function readScopes(
  state: State,
  client: Registration,
  tenant: Tenant | undefined,
  scope: string,
): RequestedScopes {
  const result: RequestedScopes = { openId: [], resources: [] };
  for (const word of new Set(scope.split(" ").filter(Boolean))) {
    if (openIdScopes.has(word)) {
      result.openId.push(word);
      continue;
    }
    const found = splitScope(state, word) ?? (word.includes("/") ? undefined : graphScope(state, word));
    if (!found || !existsIn(found.resource, tenant)) {
      throw new EntraError(500011, [word.slice(0, word.lastIndexOf("/")), tenant?.displayName ?? "Microsoft"]);
    }
    checkOffered(client, tenant, found.resource, found.value);
    const known = result.resources.find((entry) => entry.resource === found.resource);
    if (known) known.scopes.push(found.value);
    else result.resources.push({ resource: found.resource, identifier: found.identifier, scopes: [found.value] });
  }
  return result;
}

/** The resource of a token request. @throws AADSTS28000 if there is more than one */
export function singleResource(requested: RequestedScopes, scope: string): RequestedResource | undefined {
  if (requested.resources.length > 1) throw new EntraError(28000, [scope]);
  return requested.resources[0];
}
