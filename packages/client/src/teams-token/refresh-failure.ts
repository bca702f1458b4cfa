// Which failures of a refresh pass by themselves, and how long to wait before the next try.
import { NetworkError, UnexpectedResponseError } from "../api/fetch-json.ts";
import { ProblemError } from "../api/problem.ts";

/** A token that would expire within the time that ACS credentials refresh ahead. */
export class ShortLivedTokenError extends Error {
  override readonly name = "ShortLivedTokenError";
}

const passingMsalCodes = new Set([
  "network_error",
  "no_network_connectivity",
  "post_request_failed",
  "get_request_failed",
  "temporarily_unavailable",
  "server_error",
  "timed_out",
]);

/** True where the same request may succeed later without anybody doing anything. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status >= 500 || error.status === 429;
  if (error instanceof NetworkError || error instanceof UnexpectedResponseError) return true;
  const code = (error as { errorCode?: unknown } | null)?.errorCode;
  return typeof code === "string" && passingMsalCodes.has(code);
}

const firstDelayMs = 2_000;
const maxPassingDelayMs = 60_000;
const lastingDelayMs = 300_000;

/**
 * Milliseconds until the next try, the `attempt`th failure (from 0) having just happened. `random` is in [0, 1).
 * Doubling with full jitter, so that pages which lost the server together do not come back together; never earlier
 * than the server's Retry-After. A failure that somebody must resolve is tried only now and then.
 */
export function retryDelayMs(error: unknown, attempt: number, random: number): number {
  if (!isPassing(error)) return lastingDelayMs * (0.5 + random / 2);
  const ceiling = Math.min(firstDelayMs * 2 ** attempt, maxPassingDelayMs);
  const asked = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return asked + ceiling * (0.25 + 0.75 * random);
}
