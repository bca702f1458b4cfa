import { type Check } from "../finding.ts";
/** ACS. */
export declare const acs: Check;
