import type { Check } from "../finding.ts";
/** package-lock.json. */
export declare const installation: Check;
