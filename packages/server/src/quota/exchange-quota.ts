// What the rest of the server sees of the quota guard: may this caller make one call to ACS now, and if not, when.
import { Problem } from "../problems/problem.ts";
import type { QuotaGuard } from "./quota-guard.ts";

/** The calls to ACS that may still be made. */
export interface Budget {
  /**
   * Takes one call. Each call to ACS needs one, a repeated one too; there is no giving back.
   *
   * @param callerKey one key a caller
   * @throws {Problem} `quota-exhausted` with a Retry-After at which this caller is served
   */
  take(callerKey: string): Promise<void>;
  /** Takes one call if that is possible at once, without being promised anything: for a retry. Never rejects. */
  tryTake(callerKey: string): Promise<boolean>;
}

/** Spreads those who come back in the same second; the guard keeps their places for longer than this. */
const maxJitterMs = 500;

/**
 * A budget over a guard; without a guard everything is allowed.
 *
 * @param random 0 ≤ x < 1
 */
export function createBudget(guard: QuotaGuard | undefined, random: () => number): Budget {
  return {
    async take(callerKey) {
      const turn = await guard?.take({ callerKey, promise: true });
      if (!turn || turn.allowed) return;
      const seconds = Math.max(Math.ceil((turn.waitMs + random() * maxJitterMs) / 1000), 1);
      throw new Problem("quota-exhausted", {
        reason: turn.kept ? "place-kept" : "no-place",
        headers: { "retry-after": String(seconds) },
      });
    },
    async tryTake(callerKey) {
      return (await guard?.take({ callerKey, promise: false }))?.allowed ?? true;
    },
  };
}
