import type { Check } from "../finding.ts";
/** Retired APIs. */
export declare const retired: Check;
