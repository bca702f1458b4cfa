/** What the answer says about the key. */
export type Probe = {
    readonly outcome: "accepted" | "key-refused" | "unreachable";
} | {
    readonly outcome: "unexpected";
    readonly status: number;
};
/** Sends it. @param accessKey base64, as the portal shows it */
export declare function probeAcs(endpoint: string, accessKey: string, { fetch, now }: {
    fetch: typeof globalThis.fetch;
    now: () => number;
}): Promise<Probe>;
