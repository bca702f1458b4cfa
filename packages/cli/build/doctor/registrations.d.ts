import type { Config } from "@teams-token-exchange/server/deployment";
import type { z } from "zod";
import type { Graph } from "../graph/graph.ts";
import { type Application, permissionGrant, type ServicePrincipal } from "../graph/objects.ts";
/** A client application with what was granted to it. */
export interface ClientRegistration {
    readonly clientId: string;
    /** Absent where it is another tenant's, or nobody's. */
    readonly application: Application | undefined;
    readonly principal: ServicePrincipal | undefined;
    /** Consents, by the resource's service principal. */
    readonly grants: readonly z.infer<typeof permissionGrant>[];
}
export interface Registrations {
    readonly api: Application | undefined;
    readonly apiPrincipal: ServicePrincipal | undefined;
    readonly acsPrincipal: ServicePrincipal | undefined;
    readonly clients: readonly ClientRegistration[];
}
/** Reads it all. */
export declare function readRegistrations(graph: Graph, { entra }: Config): Promise<Registrations>;
