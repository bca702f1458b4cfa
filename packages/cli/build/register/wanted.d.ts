import type { Application, ServicePrincipal } from "../graph/objects.ts";
/** The delegated scope that the API exposes. */
export declare const exposedScope: {
    readonly id: "6f3b5a1e-52c4-4d0e-9a67-3c1d8be40a11";
    readonly value: "access_as_user";
    readonly type: "User";
    readonly isEnabled: true;
    readonly adminConsentDisplayName: "Exchange Teams tokens";
    readonly adminConsentDescription: "Lets the app exchange the signed-in user's Teams token for a token of Azure Communication Services.";
    readonly userConsentDisplayName: "Exchange your Teams token";
    readonly userConsentDescription: "Lets the app exchange your Teams token for a token of Azure Communication Services.";
};
/** The optional claim by which the API learns whether its client understands claims challenges. */
export declare const capabilitiesClaim: {
    name: string;
    source: null;
    essential: boolean;
    additionalProperties: never[];
};
/** The two applications. */
export type Role = "api" | "client";
/** What is wanted of one deployment. */
export interface Wanted {
    readonly names: Readonly<Record<Role, string>>;
    /** How the things that register made are known again; nothing else is ever removed. */
    readonly tags: Readonly<Record<Role | "acs", string>>;
    /** Of the SPA platform. */
    readonly redirectUris: readonly string[];
}
/** What there is. */
export interface Directory {
    readonly applications: Readonly<Partial<Record<Role, Application>>>;
    readonly principals: Readonly<Partial<Record<Role | "acs", ServicePrincipal>>>;
}
/** The page itself and the bridge that MSAL needs beside it. */
export declare function redirectUrisOf(page: URL): string[];
/**
 * Describes a deployment.
 * @param instance its name: letters, digits and dashes; one tenant can hold several
 */
export declare function describeWanted(instance: string, pages: readonly URL[]): Wanted;
