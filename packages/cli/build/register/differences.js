// What one application lacks, as the lines for the person and the body for Graph. Everything that others put into it stays:
// lists are joined, never replaced.
import { acsAppId, teamsPermissions } from "../graph/objects.js";
import { capabilitiesClaim, exposedScope } from "./wanted.js";
const asChange = (parts) => {
    const present = parts.filter((part) => part !== undefined);
    if (present.length === 0)
        return undefined;
    return { what: present.flatMap(({ what }) => what), body: Object.assign({}, ...present.map(({ body }) => body)) };
};
/** The id of the API's scope: its own, where somebody made one by that name. */
export const scopeIdOf = ({ api }) => api.oauth2PermissionScopes.find(({ value }) => value === exposedScope.value)?.id ?? exposedScope.id;
function exposure({ displayName, api }) {
    const scope = api.oauth2PermissionScopes.find(({ value }) => value === exposedScope.value);
    const what = [
        ...(api.requestedAccessTokenVersion === 2 ? [] : [`"${displayName}": tokens of version 2`]),
        ...(scope?.isEnabled ? [] : [`"${displayName}": expose and enable the scope ${exposedScope.value}`]),
    ];
    if (what.length === 0)
        return undefined;
    const others = api.oauth2PermissionScopes.filter((entry) => entry !== scope);
    const scopes = [...others, scope ? { ...scope, isEnabled: true } : exposedScope];
    return { what, body: { api: { ...api, requestedAccessTokenVersion: 2, oauth2PermissionScopes: scopes } } };
}
function identifier({ displayName, appId, identifierUris }) {
    const uri = `api://${appId}`;
    if (identifierUris.includes(uri))
        return undefined;
    return { what: [`"${displayName}": identifier ${uri}`], body: { identifierUris: [...identifierUris, uri] } };
}
function claims({ displayName, optionalClaims }) {
    const accessToken = optionalClaims?.accessToken ?? [];
    if (accessToken.some(({ name }) => name === capabilitiesClaim.name))
        return undefined;
    const body = { optionalClaims: { ...optionalClaims, accessToken: [...accessToken, capabilitiesClaim] } };
    return { what: [`"${displayName}": optional claim xms_cc in access tokens`], body };
}
/** What the API's application lacks. */
export const apiDifferences = (api) => asChange([exposure(api), identifier(api), claims(api)]);
function platform(client, redirectUris) {
    const { displayName, spa } = client;
    const missing = redirectUris.filter((uri) => !spa.redirectUris.includes(uri));
    const without = (list) => list.redirectUris.filter((uri) => !redirectUris.includes(uri));
    // An address on another platform as well would be redeemed as that one's: AADSTS9002326.
    const misplaced = ["web", "publicClient"].filter((name) => without(client[name]).length < client[name].redirectUris.length);
    if (missing.length === 0 && misplaced.length === 0)
        return undefined;
    return {
        what: [
            ...missing.map((uri) => `"${displayName}": redirect URI ${uri} of a single-page application`),
            ...misplaced.map((name) => `"${displayName}": take the same redirect URIs from the platform ${name}`),
        ],
        body: {
            // The list alone: Graph keeps the same addresses in further members, and refuses two that differ.
            spa: { redirectUris: [...spa.redirectUris, ...missing] },
            ...Object.fromEntries(misplaced.map((name) => [name, { redirectUris: without(client[name]) }])),
        },
    };
}
function permissions({ displayName, requiredResourceAccess }, api) {
    const needed = [
        [api.appId, scopeIdOf(api), exposedScope.value],
        ...Object.entries(teamsPermissions).map(([name, id]) => [acsAppId, id, name]),
    ];
    const idsOf = (resourceAppId) => requiredResourceAccess
        .filter((entry) => entry.resourceAppId === resourceAppId)
        .flatMap((entry) => entry.resourceAccess);
    const missing = needed.filter(([resourceAppId, id]) => !idsOf(resourceAppId).some((access) => access.id === id));
    if (missing.length === 0)
        return undefined;
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
export const clientDifferences = (client, api, redirectUris) => asChange([platform(client, redirectUris), permissions(client, api)]);
/** The API's word that this client needs nobody's consent for its scope. */
export function preAuthorization(api, client) {
    const scopeId = scopeIdOf(api);
    const { preAuthorizedApplications } = api.api;
    const mine = preAuthorizedApplications.find(({ appId }) => appId === client.appId);
    if (mine?.delegatedPermissionIds.includes(scopeId))
        return undefined;
    const delegatedPermissionIds = [...(mine?.delegatedPermissionIds ?? []), scopeId];
    const others = preAuthorizedApplications.filter((entry) => entry !== mine);
    const body = {
        api: { ...api.api, preAuthorizedApplications: [...others, { appId: client.appId, delegatedPermissionIds }] },
    };
    return { what: [`"${api.displayName}": pre-authorise "${client.displayName}"`], body };
}
