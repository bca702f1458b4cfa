import { type Check } from "../finding.ts";
/** The account. */
export declare const account: Check;
