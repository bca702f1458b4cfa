import type { Environment } from "../command/environment.ts";
import type { Io } from "../command/io.ts";
import type { Cloud } from "../graph/cloud.ts";
import { type Values } from "./env-file.ts";
interface Known {
    readonly tenantId: string;
    readonly apiClientId: string;
    readonly clientId: string;
    readonly cloud: Cloud;
}
/** The values of the block. */
export declare function settingsToWrite(known: Known, env: Environment, envFile: string, io: Io): Promise<Values>;
export {};
