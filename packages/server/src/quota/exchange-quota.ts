// The quota as an exchange sees it: may this caller make one call to ACS now, and if not, when.
import { Problem } from "../problems/problem.ts";
import type { QuotaCaller, QuotaGuard } from "./quota-guard.ts";

/** The calls to ACS that may still be made. */
export interface ExchangeQuota {
  /**
   * Takes one call. Each call to ACS needs one, a repeated one too; there is no giving back.
   *
   * @param caller for whom it is
   * @throws {Problem} `quota-exhausted` with a Retry-After at which this caller is served
   */
  take(caller: QuotaCaller): Promise<void>;
  /** Takes one call if one is free now, without a place: for a retry. Never rejects. */
  tryTake(caller: QuotaCaller): Promise<boolean>;
}

/** Spreads callers that come back in the same second. The guard holds their places for longer than this. */
const maxJitterMs = 500;

/**
 * Makes the quota of a guard. Without a guard everything is allowed.
 *
 * @param random 0 ≤ x < 1
 */
export function createExchangeQuota(guard: QuotaGuard | undefined, random: () => number): ExchangeQuota {
  return {
    async take(caller) {
      const decision = await guard?.take({ ...caller, reserve: true });
      if (!decision || decision.allowed) return;
      const seconds = Math.max(Math.ceil((decision.waitMs + random() * maxJitterMs) / 1000), 1);
      throw new Problem("quota-exhausted", {
        reason: decision.reserved ? "place-kept" : "no-place",
        headers: { "retry-after": String(seconds) },
      });
    },
    async tryTake(caller) {
      return (await guard?.take({ ...caller, reserve: false }))?.allowed ?? true;
    },
  };
}
