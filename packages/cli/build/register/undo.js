import { findServicePrincipal, findTagged } from "../graph/directory.js";
import { acsAppId, permissionGrant } from "../graph/objects.js";
async function acsRemoval(graph, { tags }, ownPrincipalIds, io) {
    const principal = await findServicePrincipal(graph, acsAppId);
    if (!principal?.tags.includes(tags.acs))
        return [];
    const grants = await graph.list("/oauth2PermissionGrants", permissionGrant, `resourceId eq '${principal.id}'`);
    if (grants.some(({ clientId }) => !ownPrincipalIds.includes(clientId))) {
        io.note("The service principal of Azure Communication Services stays: other applications use it by now.");
        return [];
    }
    return [
        { what: "the service principal of Azure Communication Services", path: `/servicePrincipals/${principal.id}` },
    ];
}
/** What there is to remove, in an order in which nothing is left that names what is gone. */
export async function findRemovals(graph, wanted, io) {
    const client = await findTagged(graph, wanted.tags.client);
    const api = await findTagged(graph, wanted.tags.api);
    const principals = await Promise.all([...client, ...api].map(({ appId }) => findServicePrincipal(graph, appId)));
    const ownIds = principals.flatMap((principal) => (principal ? [principal.id] : []));
    return [
        ...[...client, ...api].map(({ id, displayName }) => ({
            what: `the application "${displayName}", with its service principal and its consents`,
            path: `/applications/${id}`,
        })),
        ...(await acsRemoval(graph, wanted, ownIds, io)),
    ];
}
