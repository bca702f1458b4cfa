import type { Environment } from "../command/environment.ts";
import type { Io } from "../command/io.ts";
import type { Cloud } from "../graph/cloud.ts";
import type { Graph } from "../graph/graph.ts";
import type { RegisterOptions } from "./options.ts";
import { type Wanted } from "./wanted.ts";
export interface RegisterNeeds {
    readonly options: RegisterOptions;
    readonly env: Environment;
    readonly cloud: Cloud;
    readonly tenantId: string;
    readonly graph: Graph;
    readonly io: Io;
}
/** Where an administrator agrees for the whole tenant; it ends on the page's own bridge, which says so. */
export declare function consentUrl({ authority }: Cloud, tenantId: string, clientId: string, { redirectUris }: Wanted): string;
/** Creates or updates both registrations. @returns the address for the administrator's consent, where there is a client */
export declare function register(needs: RegisterNeeds): Promise<string | undefined>;
/** Removes what register made. */
export declare function undo(needs: RegisterNeeds): Promise<void>;
