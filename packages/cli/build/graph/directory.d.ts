import type { Graph } from "./graph.ts";
import { type Application, type ServicePrincipal } from "./objects.ts";
/** The application with this client id, where it is registered in this tenant. */
export declare function findApplication(graph: Graph, appId: string): Promise<Application | undefined>;
/** The application that carries this tag. */
export declare function findTagged(graph: Graph, tag: string): Promise<Application[]>;
/** The service principal of an application in this tenant. */
export declare function findServicePrincipal(graph: Graph, appId: string): Promise<ServicePrincipal | undefined>;
