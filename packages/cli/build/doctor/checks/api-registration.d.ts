import { type Check } from "../finding.ts";
/** The API's registration. */
export declare const apiRegistration: Check;
