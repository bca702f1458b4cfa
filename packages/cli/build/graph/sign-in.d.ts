import type { TokenCredential } from "@azure/core-auth";
import type { Cloud } from "./cloud.ts";
/** `device`: a code typed in a browser. `cli`: as `az login` left it. `existing`: environment, workload identity, CLI … */
export declare const signInWays: readonly ["device", "cli", "existing"];
export type SignInWay = (typeof signInWays)[number];
interface SignInOptions {
    readonly way: SignInWay;
    readonly cloud: Cloud;
    readonly tenantId: string;
    /** Shows where to type which code. */
    readonly say: (line: string) => void;
}
/** What the person may be asked to consent to; the other ways bring what their application was granted before. */
export declare const scopesFor: (way: SignInWay, cloud: Cloud, permissions: readonly string[]) => string[];
/** A credential; nobody is asked before the first token is. */
export declare function createSignIn({ way, cloud, tenantId, say }: SignInOptions): TokenCredential;
export {};
