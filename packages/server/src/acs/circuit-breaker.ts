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

/** Reasons that concern ACS's health. A refused token or a used-up quota does not. */
export const isOutage = ({ reason }: AcsFailure) => ["unavailable", "timeout", "tls", "bad-response"].includes(reason);

/** Tells the breaker that a call failed. The outcome itself goes around it. */
export const outage = new Error("outage");
