// Reads a `scope` parameter: which resource it names, by which of its identifiers, and which permissions.
import type { Registration, Scope, Tenant } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";
import { EntraError } from "./entra-error.ts";
import { documentedGraphPermission } from "./graph-permissions.ts";

const openIdScopes = new Set(["openid", "profile", "email", "offline_access"]);

/** Whether a word of a scope parameter belongs to OpenID Connect, and so to no resource. */
export const isOpenIdScope = (word: string): boolean => openIdScopes.has(word.toLowerCase());

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
  const asked = scope.toLowerCase();
  const matches = state.registrations.flatMap((resource) =>
    namesOf(resource)
      .filter((name) => asked.startsWith(`${name.toLowerCase()}/`) && scope.length > name.length + 1)
      .map((identifier) => ({ resource, identifier, value: scope.slice(identifier.length + 1) })),
  );
  return matches.sort((a, b) => b.identifier.length - a.identifier.length)[0];
}

const isGraph = ({ name }: Registration): boolean => name === "graph";

function graphScope(state: State, value: string) {
  // A bare permission such as `User.Read` means Microsoft Graph.
  const resource = state.registrations.find(isGraph);
  const identifier = resource?.identifierUris?.[0];
  return resource && identifier ? { resource, identifier, value } : undefined;
}

/** The permission of a resource with this name: of its registration, or one that Microsoft documents for Graph. */
export function permissionOf(resource: Registration, value: string): Scope | undefined {
  const asked = value.toLowerCase();
  const registered = resource.scopes?.find((scope) => scope.value.toLowerCase() === asked);
  return registered ?? (isGraph(resource) ? documentedGraphPermission(asked) : undefined);
}

/**
 * Whether the tenant has the resource: its home tenant does; all tenants have Microsoft's and multi-tenant resources.
 */
const existsIn = (resource: Registration, tenant: Tenant | undefined): boolean =>
  !tenant || !resource.tenantId || resource.tenantId === tenant.id || resource.multiTenant === true;

/** @returns the permission in the spelling of the registration, because Entra compares without case */
function offeredValue(client: Registration, tenant: Tenant | undefined, resource: Registration, value: string): string {
  if (tenant?.missingServicePrincipals?.includes(resource.appId)) {
    throw new EntraError(650052, [resource.appId, resource.displayName, tenant.displayName]);
  }
  if (value.toLowerCase() === DEFAULT_SCOPE) return DEFAULT_SCOPE;
  const scope = permissionOf(resource, value);
  if (scope && scope.isEnabled !== false) return scope.value;
  throw new EntraError(650053, [client.displayName, value, resource.displayName]);
}

/** One permission of the parameter, with its resource. @throws as `readScopes` */
function readPermission(state: State, client: Registration, tenant: Tenant | undefined, word: string) {
  const found = splitScope(state, word) ?? (word.includes("/") ? undefined : graphScope(state, word));
  if (!found || !existsIn(found.resource, tenant)) {
    throw new EntraError(500011, [word.slice(0, word.lastIndexOf("/")), tenant?.displayName ?? "Microsoft"]);
  }
  return { ...found, value: offeredValue(client, tenant, found.resource, found.value) };
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
  const words = [...new Set(scope.split(" ").filter(Boolean))];
  const openId = new Set(words.filter(isOpenIdScope).map((word) => word.toLowerCase()));
  const resources: RequestedResource[] = [];
  for (const word of words.filter((one) => !isOpenIdScope(one))) {
    const { resource, identifier, value } = readPermission(state, client, tenant, word);
    const known = resources.find((entry) => entry.resource === resource);
    if (!known) resources.push({ resource, identifier, scopes: [value] });
    else if (!known.scopes.includes(value)) known.scopes.push(value);
  }
  return { openId: [...openId], resources };
}

/** The permission that stands for everything that is registered or consented to. */
export const DEFAULT_SCOPE = ".default";

/** @throws AADSTS70011 if `.default` is combined with permissions */
export function checkDefaultScope(requested: RequestedScopes, scope: string): void {
  const values = requested.resources.flatMap(({ scopes }) => scopes);
  if (values.includes(DEFAULT_SCOPE) && values.some((value) => value !== DEFAULT_SCOPE)) {
    throw new EntraError(70011, [
      `${scope} is not valid. ${DEFAULT_SCOPE} scope can't be combined with resource-specific scopes`,
    ]);
  }
}

/** The resource of a token request. @throws AADSTS28000 if there is more than one */
export function singleResource(requested: RequestedScopes, scope: string): RequestedResource | undefined {
  if (requested.resources.length > 1) throw new EntraError(28000, [scope]);
  return requested.resources[0];
}
