// AADSTS700024: a client's assertion that has ended or does not count yet.
import type { JWTPayload } from "jose";
import { EntraError } from "../entra/entra-error.ts";

/** Dates end somewhere, numbers in a JWT do not. */
const LAST_SECOND = 253_402_300_799;

const iso = (seconds: number) => new Date(Math.min(Math.max(seconds, 0), LAST_SECOND) * 1000).toISOString();

/** @param now seconds by the clock that counts */
export const notInTime = ({ nbf = 0, exp = 0 }: JWTPayload, now: number): EntraError =>
  new EntraError(700024, [now, nbf, exp].map(iso));
