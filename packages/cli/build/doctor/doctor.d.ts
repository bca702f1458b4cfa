import type { Environment } from "../command/environment.ts";
import type { Graph } from "../graph/graph.ts";
import { type Report } from "./examine.ts";
export interface DoctorNeeds {
    readonly env: Environment;
    readonly inFile: Environment;
    readonly server: URL | undefined;
    readonly folder: string;
    readonly fetch: typeof fetch;
    readonly now: () => number;
    /** Absent where nobody is to sign in. */
    readonly graph: Graph | undefined;
    readonly skip?: readonly string[];
}
/** Looks at everything. What stands in the way of a part is in the report, never thrown. */
export declare function diagnose(needs: DoctorNeeds): Promise<Report>;
