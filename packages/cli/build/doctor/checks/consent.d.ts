import { type Check } from "../finding.ts";
/** Service principals and consents. */
export declare const consent: Check;
