import type { Environment } from "../command/environment.ts";
export interface Cloud {
    /** Issues the tokens; the server's ENTRA_AUTHORITY. */
    readonly authority: string;
    /** Where these commands sign in; the same unless AZURE_AUTHORITY_HOST says otherwise, because sign-in takes https. */
    readonly signInAuthority: string;
    readonly graphEndpoint: string;
    /** The resource that Graph's tokens are for. */
    readonly graphResource: string;
}
/**
 * Reads the addresses out of ENTRA_AUTHORITY, AZURE_AUTHORITY_HOST and GRAPH_ENDPOINT.
 * @throws {Advice} where an address is none, or an administrator's token would be sent to a host that is not Graph
 */
export declare function readCloud(env: Environment): Cloud;
