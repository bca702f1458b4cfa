// The quota guard of a single process: the window in memory, on a steady clock.
import type { QuotaGuard, QuotaTimes } from "./quota-guard.ts";
import { QuotaWindow } from "./quota-window.ts";

interface MemoryQuotaGuardNeeds {
  /** Calls in any window. */
  budget: number;
  times: QuotaTimes;
  /** A clock that never jumps, in milliseconds. */
  monotonicNow: () => number;
}

/** Keeps one process within the budget. */
export function createMemoryQuotaGuard({ budget, times, monotonicNow }: MemoryQuotaGuardNeeds): QuotaGuard {
  const window = new QuotaWindow(times);
  return { take: async (request) => window.take(request, budget, Math.ceil(monotonicNow())) };
}
