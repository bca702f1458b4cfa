// The rule of the quota guard, in memory and without a clock of its own. quota-scripts.ts holds the same rule for Redis; one
// set of tests runs against both and compares them.
//
// A call that was allowed at t occupies a unit of the budget until t + window. A promised place occupies one from its time p
// until p + hold + window, as if its caller came at the last moment. A newcomer is allowed at once if fewer units than the
// budget are occupied, now or later; otherwise its place begins when all but budget − 1 of them have ended, and not before
// the last place plus an even share of the time. So a caller who comes back within `hold` always finds its unit free.
import { allowed, later, type QuotaTimes, type Turn, type TurnRequest } from "./quota-guard.ts";
import { countUpTo, insertTime, removeTime } from "./sorted-times.ts";

/** The calls of one window and the places promised after it. Times are whole milliseconds of one steady clock. */
export class QuotaWindow {
  readonly #times: QuotaTimes;
  /** When calls were allowed, ascending. */
  readonly #calls: number[] = [];
  /** When promised places begin, ascending, and whose they are. */
  readonly #places: number[] = [];
  readonly #placeOf = new Map<string, number>();

  constructor(times: QuotaTimes) {
    this.#times = times;
  }

  /**
   * Decides on one call.
   *
   * @param capacity calls allowed in any window; it may change between calls, and a lower one holds from then on
   */
  take({ callerKey, promise }: TurnRequest, capacity: number, nowMs: number): Turn {
    this.#forget(nowMs);
    const place = this.#placeOf.get(callerKey);
    if (place === undefined) return this.#takeAsNewcomer(callerKey, promise, capacity, nowMs);
    // Coming early neither helps nor harms: the place stays what it is.
    if (place > nowMs) return later(place - nowMs);
    return this.#takePlace(callerKey, place, capacity, nowMs);
  }

  /** Counts a call that was allowed elsewhere. */
  record(nowMs: number): void {
    insertTime(this.#calls, nowMs);
  }

  #takeAsNewcomer(callerKey: string, promise: boolean, capacity: number, nowMs: number): Turn {
    const { windowMs, holdMs, maxWaitMs } = this.#times;
    const firstHeld = countUpTo(this.#places, nowMs - holdMs - 1);
    const held = this.#places.length - firstHeld;
    const calls = this.#calls.length;
    if (held + calls < capacity) return this.#allow(nowMs);
    if (capacity < 1) return later(windowMs, false);
    if (!promise) return later(0, false);
    // The end of the budget-th unit from the last. Places end after every call, so they come first.
    const unitsEndMs =
      held >= capacity
        ? (this.#places[firstHeld + held - capacity] as number) + holdMs + windowMs
        : (this.#calls[calls + held - capacity] as number) + windowMs;
    const evenlyMs = (this.#places.at(-1) ?? -Infinity) + (windowMs + holdMs) / capacity;
    const place = Math.ceil(Math.max(unitsEndMs, evenlyMs));
    if (place - nowMs > maxWaitMs) return later(place - nowMs, false);
    this.#keep(callerKey, place);
    return later(place - nowMs);
  }

  /** The caller's time has come, or has gone by. */
  #takePlace(callerKey: string, place: number, capacity: number, nowMs: number): Turn {
    const { windowMs, holdMs } = this.#times;
    const calls = this.#calls.length;
    const isLate = nowMs > place + holdMs;
    // Who is late steps behind those whose time it is.
    const due = isLate ? countUpTo(this.#places, nowMs) - countUpTo(this.#places, nowMs - holdMs - 1) : 0;
    this.#release(callerKey, place);
    if (calls + due < capacity) return this.#allow(nowMs);
    // Only late callers, or a budget that has become smaller, lead here. The next unit that ends is this caller's.
    const nextEnd = this.#calls[Math.min(calls - 1, calls + due - capacity)];
    const next = nextEnd === undefined ? nowMs + holdMs : nextEnd + windowMs;
    this.#keep(callerKey, next);
    return later(next - nowMs);
  }

  #allow(nowMs: number): Turn {
    this.#calls.push(nowMs);
    return allowed;
  }

  #keep(callerKey: string, place: number): void {
    this.#placeOf.set(callerKey, place);
    insertTime(this.#places, place);
  }

  #release(callerKey: string, place: number): void {
    this.#placeOf.delete(callerKey);
    removeTime(this.#places, place);
  }

  #forget(nowMs: number): void {
    const { windowMs, holdMs, keepMs } = this.#times;
    this.#calls.splice(0, countUpTo(this.#calls, nowMs - windowMs));
    const oldest = nowMs - holdMs - keepMs;
    if ((this.#places[0] ?? Infinity) > oldest) return;
    this.#places.splice(0, countUpTo(this.#places, oldest));
    for (const [callerKey, place] of this.#placeOf) if (place <= oldest) this.#placeOf.delete(callerKey);
  }
}
