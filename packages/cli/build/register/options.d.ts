import type { Environment } from "../command/environment.ts";
import { type SignInWay } from "../graph/sign-in.ts";
export interface RegisterOptions {
    readonly tenant: string;
    readonly instance: string;
    readonly pages: readonly URL[];
    readonly signIn: SignInWay;
    readonly envFile: string;
    readonly dryRun: boolean;
    readonly undo: boolean;
    readonly yes: boolean;
    readonly open: boolean;
}
export declare const usage = "npm run register -- [options]\n\n  --tenant ID         directory (tenant) id or domain; by default ENTRA_TENANT_ID\n  --page URL          where the page will be; may be given again (http://localhost:3000/)\n  --sign-in WAY       device (a code in your browser), cli (as az login left it) or existing (device)\n  --instance NAME     several deployments in one tenant have a name each (default)\n  --env-file FILE     (.env)\n  --dry-run           show what would change, and change nothing\n  --undo              remove what register made, and nothing else\n  --yes               do not ask\n  --open              open the address for the administrator's consent in a browser\n\n  ACS_CONNECTION_STRING is taken from the environment, or asked for; it is never an argument.";
/** The .env file that the arguments name; it is read before the rest of them can be. */
export declare function envFileOf(args: readonly string[]): string;
/** Reads the arguments. @throws {Advice} */
export declare function readOptions(args: readonly string[], env: Environment): RegisterOptions;
