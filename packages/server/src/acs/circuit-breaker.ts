// When calls to ACS stop because most of them fail.
import type { AcsFailure } from "./acs-failure.ts";

/** Opens after 20 calls of which 4 in 5 failed. If half of the calls fail, the breaker must not keep opening and closing. */
export const breakerOptions = {
  errorThresholdPercentage: 80,
  volumeThreshold: 20,
  rollingCountTimeout: 10_000,
  resetTimeout: 5_000,
  timeout: false,
  enableSnapshots: false,
  rollingPercentilesEnabled: false,
} as const;

export const circuitOpen: AcsFailure = {
  ok: false,
  reason: "circuit-open",
  retryAfterSeconds: breakerOptions.resetTimeout / 1000,
};

/** Whether ACS or the way to it failed. A refused token, a used-up quota or any other 4xx shows that ACS works. */
function isOutage({ reason, status = 0 }: AcsFailure): boolean {
  if (status >= 400 && status < 500 && status !== 408) return false;
  return ["unavailable", "timeout", "tls", "bad-response"].includes(reason);
}

/** A token that only its owner chooses may bring ACS to fail, so failures of fewer callers do not count. */
const leastCallers = 3;

/**
 * Decides which failures count against ACS.
 * @param monotonicNow milliseconds that only ever grow
 * @returns whether a failure of this caller counts, because several callers have failed within 10 s
 */
export function createOutageJudge(monotonicNow: () => number) {
  const lastFailures = new Map<string, number>();
  return (failure: AcsFailure, caller: string): boolean => {
    if (!isOutage(failure)) return false;
    const nowMs = monotonicNow();
    // The order of the map is that of the last failures.
    lastFailures.delete(caller);
    lastFailures.set(caller, nowMs);
    for (const [other, atMs] of lastFailures) {
      if (atMs > nowMs - breakerOptions.rollingCountTimeout) break;
      lastFailures.delete(other);
    }
    return lastFailures.size >= leastCallers;
  };
}

/** Tells the breaker that a call failed. The outcome itself goes around it. */
export const outage = new Error("outage");
