/** Turns a refusal of Graph into advice; everything else goes on as it is. */
export declare function adviceForGraph(error: unknown, permissions: readonly string[], role: string): unknown;
