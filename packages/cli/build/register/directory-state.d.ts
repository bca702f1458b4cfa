import type { Environment } from "../command/environment.ts";
import type { Graph } from "../graph/graph.ts";
import type { Step } from "./next-step.ts";
import type { Directory, Wanted } from "./wanted.ts";
/** What there is. */
export declare function readDirectory(graph: Graph, wanted: Wanted, env: Environment): Promise<Directory>;
/** Takes a step on paper. */
export declare function simulate(directory: Directory, step: Step): Directory;
/** Takes a step in the tenant. What was just made may not be known to all of Graph yet, so it may be tried again. */
export declare function perform(graph: Graph, directory: Directory, step: Step): Promise<Directory>;
