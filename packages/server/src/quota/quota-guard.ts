// The types of the quota guard, shared by its window in memory, its script in Redis and the share that takes over without
// Redis.

/** The times of the guard, in milliseconds. */
export interface QuotaTimes {
  /** How long a call counts: ACS's 30 s and a second more, because a call reaches ACS a little after it was allowed. */
  readonly windowMs: number;
  /** How long a place waits for its caller after its time. */
  readonly holdMs: number;
  /** How far ahead places are given, which limits their number. Tokens do not live much longer. */
  readonly maxWaitMs: number;
}

/** The times in production. ACS counts in 30 s (acs "exchange", 500). */
export const defaultQuotaTimes: QuotaTimes = {
  windowMs: 31_000,
  // Rounding Retry-After up to a second, half a second of jitter, and a second for the way back and forth.
  holdMs: 2_500,
  maxWaitMs: 3_600_000,
};

/** For whom a call is. */
export interface QuotaCaller {
  /** The tenants share the quota fairly. Default: one tenant without a name. */
  readonly tenant?: string | undefined;
  /** What the tenant is to get if all tenants ask, in exchanges per 30 s. Default: an equal part of what the others leave. */
  readonly share?: number | undefined;
  /** One key a caller, however many requests it makes. */
  readonly caller: string;
}

/** Who asks for a call, and how. */
export interface QuotaRequest extends QuotaCaller {
  /** False for a call that nobody waits for, such as a retry. It is allowed now or not at all, without a place. */
  readonly reserve: boolean;
}

/**
 * One call is allowed now, or the caller may come back in `waitMs`. `reserved` says that it has a place then; coming earlier
 * does not move the place.
 */
export type QuotaDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly waitMs: number; readonly reserved: boolean };

/** Decides on one call to ACS at a time. Never rejects. */
export interface QuotaGuard {
  take(request: QuotaRequest): Promise<QuotaDecision>;
}

export const allowed: QuotaDecision = { allowed: true };
export const later = (waitMs: number, reserved = true): QuotaDecision => ({
  allowed: false,
  waitMs: Math.ceil(waitMs),
  reserved,
});

/** What a guard in memory needs. */
export interface MemoryQuotaGuardOptions {
  /** Calls in any window. */
  limit: number;
  times: QuotaTimes;
  /** A clock that never jumps, in milliseconds. */
  monotonicNow: () => number;
}
