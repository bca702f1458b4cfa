import { type Application } from "../graph/objects.ts";
/** A change of one application. */
export interface Change {
    readonly what: string[];
    readonly body: Record<string, unknown>;
}
/** The id of the API's scope: its own, where somebody made one by that name. */
export declare const scopeIdOf: ({ api }: Application) => string;
/** What the API's application lacks. */
export declare const apiDifferences: (api: Application) => Change | undefined;
/** What the client's application lacks. */
export declare const clientDifferences: (client: Application, api: Application, redirectUris: readonly string[]) => Change | undefined;
/** The API's word that this client needs nobody's consent for its scope. */
export declare function preAuthorization(api: Application, client: Application): Change | undefined;
