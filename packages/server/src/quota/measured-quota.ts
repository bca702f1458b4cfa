// How much of the quota this instance uses, as metrics. It counts the decisions of any guard.

import type { Telemetry } from "../observability/telemetry.ts";
import type { QuotaGuard } from "./quota-guard.ts";

interface MeasureOptions {
  telemetry: Telemetry;
  /** The most that the guard allows in a window. */
  limit: number;
  windowMs: number;
  /** Milliseconds that only ever grow. */
  monotonicNow: () => number;
}

/** The same guard; the calls that it allowed in the last window are a metric. */
export function measureQuota(
  guard: QuotaGuard,
  { telemetry, limit, windowMs, monotonicNow }: MeasureOptions,
): QuotaGuard {
  if (!telemetry.enabled) return guard;
  let allowedAt: number[] = [];
  const forget = () => {
    const since = monotonicNow() - windowMs;
    allowedAt = allowedAt.slice(allowedAt.findLastIndex((at) => at <= since) + 1);
  };
  telemetry.observe("acs.quota.limit", () => limit);
  telemetry.observe("acs.quota.used", () => {
    forget();
    return allowedAt.length;
  });
  return {
    async take(request) {
      const decision = await guard.take(request);
      if (decision.allowed) {
        allowedAt.push(monotonicNow());
        // If nothing collects the metric, this keeps the list short.
        if (allowedAt.length > 2 * limit) forget();
      }
      return decision;
    },
  };
}
