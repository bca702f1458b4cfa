import { type Directory, type Role, type Wanted } from "./wanted.ts";
/** One request. `what` says it to the person, a line each. */
export type Step = {
    readonly kind: "create-application";
    readonly role: Role;
    readonly what: string[];
    readonly body: object;
} | {
    readonly kind: "update-application";
    readonly role: Role;
    readonly what: string[];
    readonly body: object;
} | {
    readonly kind: "create-principal";
    readonly role: Role | "acs";
    readonly what: string[];
    readonly body: {
        readonly appId: string;
        readonly tags: readonly string[];
    };
};
/** What to do next, or undefined where nothing is left. The order is that in which the parts name each other. */
export declare function nextStep({ applications, principals }: Directory, wanted: Wanted): Step | undefined;
