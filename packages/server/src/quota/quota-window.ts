// The rule of the quota guard, in memory and without a clock. quota-scripts.ts has the same rule for Redis, and one
// set of tests compares the two.
//
// A call allowed at t uses one unit of the quota until t + window. A reservation for p uses one from p until
// p + hold + window, as if its caller came at the last moment. A new caller is allowed immediately if fewer units than the
// limit are in use, now or later. Otherwise its reservation begins when all but limit − 1 of them have ended, and at least an
// even share of the time after the last one. So a caller that returns within `hold` always finds a free unit.
import type { MemoryQuotaGuardOptions, QuotaDecision, QuotaGuard, QuotaRequest, QuotaTimes } from "./quota-guard.ts";
import { allowed, later } from "./quota-guard.ts";

/** The calls of one window and the reservations after it. Times are whole milliseconds of one steady clock. */
export class QuotaWindow {
  readonly #times: QuotaTimes;
  /** When calls were allowed, ascending. */
  readonly #calls: number[] = [];
  /** When reservations begin, ascending, and whose they are. */
  readonly #reservations: number[] = [];
  readonly #reservationOf = new Map<string, number>();

  constructor(times: QuotaTimes) {
    this.#times = times;
  }

  /**
   * Decides on one call.
   *
   * @param capacity calls allowed in any window; it may change between calls, and a lower one holds from then on
   */
  take({ callerKey, reserve }: QuotaRequest, capacity: number, nowMs: number): QuotaDecision {
    this.#forget(nowMs);
    const reservation = this.#reservationOf.get(callerKey);
    if (reservation === undefined) return this.#takeAsNewcomer(callerKey, reserve, capacity, nowMs);
    // An early return does not change the reservation.
    if (reservation > nowMs) return later(reservation - nowMs);
    return this.#useReservation(callerKey, reservation, capacity, nowMs);
  }

  /** Counts a call that was allowed elsewhere. */
  record(nowMs: number): void {
    insertTime(this.#calls, nowMs);
  }

  #takeAsNewcomer(callerKey: string, reserve: boolean, capacity: number, nowMs: number): QuotaDecision {
    const { windowMs, holdMs, maxWaitMs } = this.#times;
    const firstHeld = countUpTo(this.#reservations, nowMs - holdMs - 1);
    const held = this.#reservations.length - firstHeld;
    const calls = this.#calls.length;
    if (held + calls < capacity) return this.#allow(nowMs);
    if (capacity < 1) return later(windowMs, false);
    if (!reserve) return later(0, false);
    // The end of the limit-th unit from the last. Places end after every call, so they come first.
    const unitsEndMs =
      held >= capacity
        ? (this.#reservations[firstHeld + held - capacity] as number) + holdMs + windowMs
        : (this.#calls[calls + held - capacity] as number) + windowMs;
    const evenlyMs = (this.#reservations.at(-1) ?? -Infinity) + (windowMs + holdMs) / capacity;
    const reservation = Math.ceil(Math.max(unitsEndMs, evenlyMs));
    if (reservation - nowMs > maxWaitMs) return later(reservation - nowMs, false);
    this.#keep(callerKey, reservation);
    return later(reservation - nowMs);
  }

  /** The caller's time has come, or has gone by. */
  #useReservation(callerKey: string, reservation: number, capacity: number, nowMs: number): QuotaDecision {
    const { windowMs, holdMs } = this.#times;
    const calls = this.#calls.length;
    const isLate = nowMs > reservation + holdMs;
    // Who is late steps behind those whose time it is.
    const due = isLate ? countUpTo(this.#reservations, nowMs) - countUpTo(this.#reservations, nowMs - holdMs - 1) : 0;
    this.#release(callerKey, reservation);
    if (calls + due < capacity) return this.#allow(nowMs);
    // Only late callers, or a limit that has become smaller, lead here. The next unit that ends is this caller's.
    const nextEnd = this.#calls[Math.min(calls - 1, calls + due - capacity)];
    const next = nextEnd === undefined ? nowMs + holdMs : nextEnd + windowMs;
    this.#keep(callerKey, next);
    return later(next - nowMs);
  }

  #allow(nowMs: number): QuotaDecision {
    this.#calls.push(nowMs);
    return allowed;
  }

  #keep(callerKey: string, reservation: number): void {
    this.#reservationOf.set(callerKey, reservation);
    insertTime(this.#reservations, reservation);
  }

  #release(callerKey: string, reservation: number): void {
    this.#reservationOf.delete(callerKey);
    removeTime(this.#reservations, reservation);
  }

  #forget(nowMs: number): void {
    const { windowMs, holdMs, keepMs } = this.#times;
    this.#calls.splice(0, countUpTo(this.#calls, nowMs - windowMs));
    const oldest = nowMs - holdMs - keepMs;
    if ((this.#reservations[0] ?? Infinity) > oldest) return;
    this.#reservations.splice(0, countUpTo(this.#reservations, oldest));
    for (const [callerKey, reservation] of this.#reservationOf)
      if (reservation <= oldest) this.#reservationOf.delete(callerKey);
  }
}

/** Keeps one process within the limit. */
export function createMemoryQuotaGuard({ limit, times, monotonicNow }: MemoryQuotaGuardOptions): QuotaGuard {
  const window = new QuotaWindow(times);
  return { take: async (request) => window.take(request, limit, Math.ceil(monotonicNow())) };
}

/** The first index whose number is above the limit. */
export function countUpTo(times: readonly number[], limit: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts a number into its reservation. */
export function insertTime(times: number[], time: number): void {
  times.splice(countUpTo(times, time), 0, time);
}

/** Takes one occurrence of a number out; it must be there. */
export function removeTime(times: number[], time: number): void {
  times.splice(countUpTo(times, time) - 1, 1);
}
