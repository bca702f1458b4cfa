import { type Check } from "../finding.ts";
/** CORS. */
export declare const origins: Check;
