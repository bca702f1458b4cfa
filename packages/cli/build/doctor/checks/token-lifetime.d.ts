import { type Check } from "../finding.ts";
/** Token lifetimes. */
export declare const tokenLifetime: Check;
