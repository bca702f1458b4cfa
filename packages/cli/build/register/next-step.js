// The next difference between what is wanted and what there is, as one request to Graph. A pure function: the plan of a dry
// run and the work itself are the same steps, and a tenant without a next step needs no change.
import { acsAppId } from "../graph/objects.js";
import { apiDifferences, clientDifferences, preAuthorization } from "./differences.js";
import { capabilitiesClaim, exposedScope } from "./wanted.js";
/** Shows a service principal among the enterprise applications, as the portal's own do. */
const portalTag = "WindowsAzureActiveDirectoryIntegratedApp";
function createApi({ names, tags }) {
    const body = {
        ...{ displayName: names.api, tags: [tags.api], signInAudience: "AzureADMyOrg" },
        api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [exposedScope] },
        optionalClaims: { accessToken: [capabilitiesClaim], idToken: [], saml2Token: [] },
    };
    const what = `create the application "${names.api}": scope ${exposedScope.value}, tokens of version 2, optional claim xms_cc`;
    return { kind: "create-application", role: "api", what: [what], body };
}
function createClient({ names, tags, redirectUris }) {
    const body = {
        ...{ displayName: names.client, tags: [tags.client], signInAudience: "AzureADMyOrg" },
        spa: { redirectUris },
    };
    const what = `create the application "${names.client}": single-page application with ${redirectUris.join(" and ")}`;
    return { kind: "create-application", role: "client", what: [what], body };
}
function createPrincipal(role, appId, tags, of) {
    return { kind: "create-principal", role, what: [`create the service principal of ${of}`], body: { appId, tags } };
}
/** What to do next, or undefined where nothing is left. The order is that in which the parts name each other. */
export function nextStep({ applications, principals }, wanted) {
    const { api, client } = applications;
    const { names, tags } = wanted;
    if (!api)
        return createApi(wanted);
    const ofApi = apiDifferences(api);
    if (ofApi)
        return { kind: "update-application", role: "api", ...ofApi };
    if (!principals.api)
        return createPrincipal("api", api.appId, [tags.api, portalTag], `"${names.api}"`);
    if (!principals.acs) {
        return createPrincipal("acs", acsAppId, [tags.acs], `Azure Communication Services (${acsAppId})`);
    }
    if (!client)
        return createClient(wanted);
    const ofClient = clientDifferences(client, api, wanted.redirectUris);
    if (ofClient)
        return { kind: "update-application", role: "client", ...ofClient };
    if (!principals.client)
        return createPrincipal("client", client.appId, [tags.client, portalTag], `"${names.client}"`);
    const ofBoth = preAuthorization(api, client);
    return ofBoth && { kind: "update-application", role: "api", ...ofBoth };
}
