import { type Check } from "../finding.ts";
/** The authority. */
export declare const authority: Check;
