import { type Check } from "../finding.ts";
/** The clients' registrations. */
export declare const clientRegistration: Check;
