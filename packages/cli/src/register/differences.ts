// What one application lacks, as the lines for the person and the body for Graph. Everything that others put into it stays:
// lists are joined, never replaced.
import { type Application, acsAppId, teamsPermissions } from "../graph/objects.ts";
import { capabilitiesClaim, exposedScope } from "./desired-state.ts";

/** A change of one application. */
export interface Change {
  readonly what: string[];
  readonly body: Record<string, unknown>;
}

const asChange = (parts: readonly (Change | undefined)[]): Change | undefined => {
  const present = parts.filter((part) => part !== undefined);
  if (present.length === 0) return undefined;
  return { what: present.flatMap(({ what }) => what), body: Object.assign({}, ...present.map(({ body }) => body)) };
};

/** The id of the API's scope. A scope of that name that someone else made keeps its id. */
export const scopeIdOf = ({ api }: Application): string =>
  api.oauth2PermissionScopes.find(({ value }) => value === exposedScope.value)?.id ?? exposedScope.id;

function exposure({ displayName, api }: Application): Change | undefined {
  const scope = api.oauth2PermissionScopes.find(({ value }) => value === exposedScope.value);
  const what = [
    ...(api.requestedAccessTokenVersion === 2 ? [] : [`"${displayName}": tokens of version 2`]),
    ...(scope?.isEnabled ? [] : [`"${displayName}": expose and enable the scope ${exposedScope.value}`]),
  ];
  if (what.length === 0) return undefined;
  const others = api.oauth2PermissionScopes.filter((entry) => entry !== scope);
  const scopes = [...others, scope ? { ...scope, isEnabled: true } : exposedScope];
  return { what, body: { api: { ...api, requestedAccessTokenVersion: 2, oauth2PermissionScopes: scopes } } };
}

function identifier({ displayName, appId, identifierUris }: Application): Change | undefined {
  const uri = `api://${appId}`;
  if (identifierUris.includes(uri)) return undefined;
  return { what: [`"${displayName}": identifier ${uri}`], body: { identifierUris: [...identifierUris, uri] } };
}

function claims({ displayName, optionalClaims }: Application): Change | undefined {
  const accessToken = optionalClaims?.accessToken ?? [];
  if (accessToken.some(({ name }) => name === capabilitiesClaim.name)) return undefined;
  const body = { optionalClaims: { ...optionalClaims, accessToken: [...accessToken, capabilitiesClaim] } };
  return { what: [`"${displayName}": optional claim xms_cc in access tokens`], body };
}

/** What the API's application lacks. */
export const apiDifferences = (api: Application): Change | undefined =>
  asChange([exposure(api), identifier(api), claims(api)]);

function platform(client: Application, redirectUris: readonly string[]): Change | undefined {
  const { displayName, spa } = client;
  const missing = redirectUris.filter((uri) => !spa.redirectUris.includes(uri));
  const without = (list: { redirectUris: string[] }) => list.redirectUris.filter((uri) => !redirectUris.includes(uri));
  // An address on another platform as well would be redeemed as that one's: AADSTS9002326.
  const misplaced = (["web", "publicClient"] as const).filter(
    (name) => without(client[name]).length < client[name].redirectUris.length,
  );
  if (missing.length === 0 && misplaced.length === 0) return undefined;
  return {
    what: [
      ...missing.map((uri) => `"${displayName}": redirect URI ${uri} of a single-page application`),
      ...misplaced.map((name) => `"${displayName}": take the same redirect URIs from the platform ${name}`),
    ],
    body: {
      // Only the list: Graph keeps the same addresses in other members too, and refuses two that differ.
      spa: { redirectUris: [...spa.redirectUris, ...missing] },
      ...Object.fromEntries(misplaced.map((name) => [name, { redirectUris: without(client[name]) }])),
    },
  };
}

function permissions({ displayName, requiredResourceAccess }: Application, api: Application): Change | undefined {
  const needed: [resourceAppId: string, id: string, name: string][] = [
    [api.appId, scopeIdOf(api), exposedScope.value],
    ...Object.entries(teamsPermissions).map(([name, id]): [string, string, string] => [acsAppId, id, name]),
  ];
  const idsOf = (resourceAppId: string) =>
    requiredResourceAccess
      .filter((entry) => entry.resourceAppId === resourceAppId)
      .flatMap((entry) => entry.resourceAccess);
  const missing = needed.filter(([resourceAppId, id]) => !idsOf(resourceAppId).some((access) => access.id === id));
  if (missing.length === 0) return undefined;
  const touched = [...new Set(missing.map(([resourceAppId]) => resourceAppId))];
  const added = touched.map((resourceAppId) => ({
    resourceAppId,
    resourceAccess: [
      ...idsOf(resourceAppId),
      ...missing.filter(([resource]) => resource === resourceAppId).map(([, id]) => ({ id, type: "Scope" })),
    ],
  }));
  const others = requiredResourceAccess.filter(({ resourceAppId }) => !touched.includes(resourceAppId));
  return {
    what: missing.map(([, , name]) => `"${displayName}": delegated permission ${name}`),
    body: { requiredResourceAccess: [...others, ...added] },
  };
}

/** What the client's application lacks. */
export const clientDifferences = (
  client: Application,
  api: Application,
  redirectUris: readonly string[],
): Change | undefined => asChange([platform(client, redirectUris), permissions(client, api)]);

/** The entry of the API that lets this client use its scope without consent. */
export function preAuthorization(api: Application, client: Application): Change | undefined {
  const scopeId = scopeIdOf(api);
  const { preAuthorizedApplications } = api.api;
  const mine = preAuthorizedApplications.find(({ appId }) => appId === client.appId);
  if (mine?.delegatedPermissionIds.includes(scopeId)) return undefined;
  const delegatedPermissionIds = [...(mine?.delegatedPermissionIds ?? []), scopeId];
  const others = preAuthorizedApplications.filter((entry) => entry !== mine);
  const body = {
    api: { ...api.api, preAuthorizedApplications: [...others, { appId: client.appId, delegatedPermissionIds }] },
  };
  return { what: [`"${api.displayName}": pre-authorise "${client.displayName}"`], body };
}
