// The rule of the quota guard, in memory and without a clock. ADR 0018 states it, and lua/quota.lua has it for Redis; a test
// compares the two step by step.
import type { MemoryQuotaGuardOptions, QuotaDecision, QuotaGuard, QuotaRequest, QuotaTimes } from "./quota-guard.ts";
import { allowed, later } from "./quota-guard.ts";
import { countUpTo, forgetTimes } from "./sorted-times.ts";
import { divide, type TenantShare } from "./tenant-shares.ts";
import { WaitingCallers } from "./waiting-callers.ts";

/** What one tenant has used, and who of it waits. Times are whole milliseconds. */
interface Tenant {
  share: number | undefined;
  askedMs: number;
  readonly calls: number[];
  /** Undefined until a caller has to wait. */
  waiting: WaitingCallers | undefined;
}

/** The calls of one window and the places after it. Times are whole milliseconds of one steady clock. */
export class QuotaWindow {
  readonly #limit: number;
  readonly #times: QuotaTimes;
  /** When calls were allowed, ascending. */
  readonly #calls: number[] = [];
  readonly #tenants = new Map<string, Tenant>();
  /** The calls of each caller that has some. */
  readonly #callsOf = new Map<string, number[]>();

  /** @param limit calls in any window, of which the shares of the tenants are parts */
  constructor(limit: number, times: QuotaTimes) {
    this.#limit = limit;
    this.#times = times;
  }

  /** Counts a call that was allowed elsewhere. */
  record(nowMs: number): void {
    this.#calls.splice(countUpTo(this.#calls, nowMs), 0, nowMs);
  }

  /**
   * Decides on one call.
   *
   * @param capacity calls allowed in any window; it may change between calls, and a lower one holds from then on
   */
  take({ tenant: name = "", share, caller, reserve }: QuotaRequest, capacity: number, nowMs: number): QuotaDecision {
    const { windowMs, maxWaitMs } = this.#times;
    if (capacity < 1) return later(windowMs, false);
    const calls = forgetTimes(this.#calls, nowMs - windowMs);
    const tenant = this.#tenant(name, share, nowMs);
    const { own, usable, most } = this.#shareOf(tenant, capacity, nowMs);
    const key = `${name} ${caller}`;
    const ownCalls = this.#callsOf.get(key) ?? [];
    const perCaller = Math.max(own / 10, Math.min(10, (own + 1) / 2));
    if (forgetTimes(ownCalls, nowMs - windowMs) >= perCaller) {
      return later((ownCalls[Math.floor(ownCalls.length - perCaller)] as number) + windowMs - nowMs, false);
    }

    const placeMs = tenant.waiting?.placeOf(caller);
    const isDue = placeMs !== undefined && placeMs <= nowMs;
    if (isDue) tenant.waiting?.take(caller);
    const hasRoom = isDue || (tenant.waiting?.leaveRoom(tenant.calls, usable, nowMs) ?? tenant.calls.length < usable);
    if (calls < most && hasRoom) {
      tenant.waiting?.remove(caller);
      for (const list of [this.#calls, tenant.calls, ownCalls]) list.push(nowMs);
      this.#callsOf.set(key, ownCalls);
      return allowed;
    }
    // An early return does not move the place.
    if (placeMs !== undefined && !isDue) return later(placeMs - nowMs);
    if (!reserve && !isDue) return later(0, false);
    const nextMs = this.#nextFreeMs(most, nowMs);
    tenant.waiting ??= new WaitingCallers(this.#times);
    const waitMs = tenant.waiting.add(caller, nextMs, usable, isDue, nowMs) - nowMs;
    return later(waitMs, waitMs <= maxWaitMs);
  }

  /** When there are fewer calls than this again. */
  #nextFreeMs(most: number, nowMs: number): number {
    const calls = this.#calls.length;
    if (calls < most) return nowMs;
    return (this.#calls[Math.min(calls - most, calls - 1)] as number) + this.#times.windowMs;
  }

  /** What a tenant may use now. A tenant is active if it asked in the last window. */
  #shareOf(tenant: Tenant, capacity: number, nowMs: number): TenantShare {
    if (this.#tenants.size === 1) return { own: capacity, usable: capacity, most: capacity };
    const active = [...this.#tenants.values()].filter(({ askedMs }) => askedMs > nowMs - this.#times.windowMs);
    const shares = active.map(({ share }) => share);
    return divide(capacity, this.#limit, shares, tenant.share, tenant.calls.length, this.#calls.length);
  }

  #tenant(name: string, share: number | undefined, nowMs: number): Tenant {
    const oldestMs = nowMs - this.#times.windowMs;
    const tenant = this.#tenants.get(name) ?? { share, askedMs: nowMs, calls: [], waiting: undefined };
    this.#tenants.set(name, tenant);
    Object.assign(tenant, { share, askedMs: nowMs });
    forgetTimes(tenant.calls, oldestMs);
    tenant.waiting?.forget(nowMs);
    // At most as many callers have calls as there are calls.
    if (this.#callsOf.size > 2 * this.#limit) {
      for (const [key, calls] of this.#callsOf) if ((calls.at(-1) ?? oldestMs) <= oldestMs) this.#callsOf.delete(key);
    }
    return tenant;
  }
}

/** Keeps one process within the limit. */
export function createMemoryQuotaGuard({ limit, times, monotonicNow }: MemoryQuotaGuardOptions): QuotaGuard {
  const window = new QuotaWindow(limit, times);
  return { take: async (request) => window.take(request, limit, Math.ceil(monotonicNow())) };
}
