// Look-ups in a tenant by the ids that the settings hold.

import type { Graph } from "./graph.ts";
import { type Application, application, type ServicePrincipal, servicePrincipal } from "./objects.ts";

/** The application with this client id, if this tenant has it. */
export async function findApplication(graph: Graph, appId: string): Promise<Application | undefined> {
  const [found] = await graph.list("/applications", application, `appId eq '${appId}'`);
  return found;
}

/** The application that carries this tag. */
export async function findTagged(graph: Graph, tag: string): Promise<Application[]> {
  return graph.list("/applications", application, `tags/any(t:t eq '${tag}')`);
}

/** The service principal of an application in this tenant. */
export async function findServicePrincipal(graph: Graph, appId: string): Promise<ServicePrincipal | undefined> {
  const [found] = await graph.list("/servicePrincipals", servicePrincipal, `appId eq '${appId}'`);
  return found;
}
