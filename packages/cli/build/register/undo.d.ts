import type { Io } from "../command/io.ts";
import type { Graph } from "../graph/graph.ts";
import type { Wanted } from "./wanted.ts";
/** One thing to remove. */
export interface Removal {
    readonly what: string;
    readonly path: string;
}
/** What there is to remove, in an order in which nothing is left that names what is gone. */
export declare function findRemovals(graph: Graph, wanted: Wanted, io: Io): Promise<Removal[]>;
