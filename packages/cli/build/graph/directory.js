// Look-ups in a tenant by the ids that the settings hold.
import { application, servicePrincipal } from "./objects.js";
/** The application with this client id, where it is registered in this tenant. */
export async function findApplication(graph, appId) {
    const [found] = await graph.list("/applications", application, `appId eq '${appId}'`);
    return found;
}
/** The application that carries this tag. */
export async function findTagged(graph, tag) {
    return graph.list("/applications", application, `tags/any(t:t eq '${tag}')`);
}
/** The service principal of an application in this tenant. */
export async function findServicePrincipal(graph, appId) {
    const [found] = await graph.list("/servicePrincipals", servicePrincipal, `appId eq '${appId}'`);
    return found;
}
