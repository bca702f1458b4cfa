// The quota as an exchange sees it: may this caller make one call to ACS now, and if not, when.
import { Problem } from "../problems/problem.ts";
import type { QuotaGuard } from "./quota-guard.ts";

/** The calls to ACS that may still be made. */
export interface ExchangeQuota {
  /**
   * Takes one call. Each call to ACS needs one, a repeated one too; there is no giving back.
   *
   * @param callerKey one key a caller
   * @throws {Problem} `quota-exhausted` with a Retry-After at which this caller is served
   */
  take(callerKey: string): Promise<void>;
  /** Takes one call if one is free now, without a reservation: for a retry. Never rejects. */
  tryTake(callerKey: string): Promise<boolean>;
}

/** Spreads callers that come back in the same second. The guard keeps their reservations for longer than this. */
const maxJitterMs = 500;

/**
 * Makes the quota of a guard. Without a guard everything is allowed.
 *
 * @param random 0 ≤ x < 1
 */
export function createExchangeQuota(guard: QuotaGuard | undefined, random: () => number): ExchangeQuota {
  return {
    async take(callerKey) {
      const decision = await guard?.take({ callerKey, reserve: true });
      if (!decision || decision.allowed) return;
      const seconds = Math.max(Math.ceil((decision.waitMs + random() * maxJitterMs) / 1000), 1);
      throw new Problem("quota-exhausted", {
        reason: decision.reserved ? "place-kept" : "no-place",
        headers: { "retry-after": String(seconds) },
      });
    },
    async tryTake(callerKey) {
      return (await guard?.take({ callerKey, reserve: false }))?.allowed ?? true;
    },
  };
}
