import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
/** Graph said no. `code` is its own word; its message is kept out, because it may quote what was sent. */
export declare class GraphError extends Error {
    readonly status: number;
    readonly code: string;
    constructor(operation: string, status: number, code: string);
}
export interface Graph {
    get(path: string): Promise<unknown>;
    /** Every page of a collection. @param filter OData, unencoded */
    list<Item>(path: string, item: z.ZodType<Item>, filter?: string): Promise<Item[]>;
    /** `settles`: the request names something that was just made and may not be known everywhere yet. */
    post(path: string, body: object, options?: {
        settles?: boolean;
    }): Promise<unknown>;
    patch(path: string, body: object, options?: {
        settles?: boolean;
    }): Promise<void>;
    delete(path: string): Promise<void>;
}
interface GraphOptions {
    readonly endpoint: string;
    readonly credential: TokenCredential;
    readonly scopes: readonly string[];
    readonly fetch: typeof fetch;
    readonly pause: (milliseconds: number) => Promise<void>;
}
/** A client of Graph; signs in at its first request. */
export declare function createGraph({ endpoint, credential, scopes, fetch, pause }: GraphOptions): Graph;
export {};
