import type { Check } from "../finding.ts";
/** The server's address. */
export declare const https: Check;
