import { type Config } from "@teams-token-exchange/server/deployment";
import type { Environment } from "../command/environment.ts";
import { Advice } from "../command/failures.ts";
import { type Check, type Examined, type Finding, type Unchecked } from "./finding.ts";
/** In the order in which one thing rests on the other. */
export declare const checks: readonly Check[];
/** All that doctor has to say. */
export interface Report {
    readonly checked: readonly string[];
    readonly findings: readonly (Finding & {
        readonly check: string;
    })[];
    readonly unchecked: readonly Unchecked[];
}
/** The settings without those that are bad, so that one bad setting does not hide everything behind it. */
export declare function usableConfig(env: Environment): Config | undefined;
/** What stands in the way, for the person. @throws whatever is a defect */
export declare const asAdvice: (error: unknown) => Advice;
/** What doctor found. @param noDirectory why there is no directory, where there is none @param skip names of checks to leave out */
export declare function examine(examined: Examined, noDirectory: Advice, skip?: readonly string[]): Promise<Report>;
/** 0 without a remark, 1 with findings, 2 where something that counts could not be checked. */
export declare function exitStatusOf({ findings, unchecked: left }: Report): 0 | 1 | 2;
