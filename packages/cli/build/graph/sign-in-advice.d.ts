import { Advice } from "../command/failures.ts";
/** Turns whatever @azure/identity threw into advice. */
export declare function adviceForSignIn(error: unknown): Advice;
