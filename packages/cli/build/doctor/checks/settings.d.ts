import { type Check } from "../finding.ts";
/** Settings. */
export declare const settings: Check;
