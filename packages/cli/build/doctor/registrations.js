import { findApplication, findServicePrincipal } from "../graph/directory.js";
import { acsAppId, permissionGrant } from "../graph/objects.js";
async function readClient(graph, clientId) {
    const application = await findApplication(graph, clientId);
    const principal = await findServicePrincipal(graph, clientId);
    const grants = principal
        ? await graph.list("/oauth2PermissionGrants", permissionGrant, `clientId eq '${principal.id}'`)
        : [];
    return { clientId, application, principal, grants };
}
/** Reads it all. */
export async function readRegistrations(graph, { entra }) {
    // An id in a wrong place is named with the settings; to look for it here would say the same in other words.
    const clientIds = entra.clientIds.filter((id) => id !== entra.tenantId && id !== entra.apiClientId);
    const [api, apiPrincipal, acsPrincipal, ...clients] = await Promise.all([
        findApplication(graph, entra.apiClientId),
        findServicePrincipal(graph, entra.apiClientId),
        findServicePrincipal(graph, acsAppId),
        ...clientIds.map((clientId) => readClient(graph, clientId)),
    ]);
    return { api, apiPrincipal, acsPrincipal, clients };
}
