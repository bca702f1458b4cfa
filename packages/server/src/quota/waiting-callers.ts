// The callers of one tenant who were given a place, a time at which to come, and what is expected of them.
import type { QuotaTimes } from "./quota-guard.ts";
import { countUpTo } from "./sorted-times.ts";

/** The numbers of the rule, in memory and in Redis. */
export const quotaNumbers = {
  /** How much one place that was taken or missed moves the part of places that are taken. */
  learning: 0.005,
  /** A place counts at least as this part of a call. */
  leastShow: 0.05,
  /** Expected calls may be exceeded by this many standard deviations. */
  deviations: 1.5,
  /** This part of what a tenant may use is left to callers at their places. */
  spareForPlaces: 0.03,
  /** This part of the quota is left to tenants that have not used their share. */
  spareForTenants: 0.02,
  /** At so many moments of the coming window it is checked that there is room for the places. */
  moments: 16,
} as const;
const { learning, leastShow, deviations, spareForPlaces, moments } = quotaNumbers;

/** By how much so many places, each of which counts as this part of a call, may exceed what is expected of them. */
const margin = (places: number, show: number) => deviations * Math.sqrt(places * show * (1 - show));

/** Times are whole milliseconds of one steady clock. */
export class WaitingCallers {
  readonly #times: QuotaTimes;
  /** When the places begin, ascending. */
  readonly #places: number[] = [];
  /** Whose they are, in the same order. */
  readonly #callers: string[] = [];
  readonly #placeOf = new Map<string, number>();
  /** The part of the places whose callers came, as measured. */
  #taken = 1;

  constructor(times: QuotaTimes) {
    this.#times = times;
  }

  /** What part of a call a place counts as. */
  get #show(): number {
    return Math.max(this.#taken, leastShow);
  }

  /** When the place of this caller begins, if it has one. */
  placeOf(caller: string): number | undefined {
    return this.#placeOf.get(caller);
  }

  /** Gives up the places that were held for long enough. */
  forget(nowMs: number): void {
    const missed = countUpTo(this.#places, nowMs - this.#times.holdMs - 1);
    if (missed === 0) return;
    this.#places.splice(0, missed);
    for (const caller of this.#callers.splice(0, missed)) this.#placeOf.delete(caller);
    for (let i = 0; i < missed; i += 1) this.#learn(0);
  }

  /** A caller comes at its place. */
  take(caller: string): void {
    this.remove(caller);
    this.#learn(1);
  }

  /** Takes the place of a caller away, if it has one. */
  remove(caller: string): void {
    const placeMs = this.#placeOf.get(caller);
    if (placeMs === undefined) return;
    this.#placeOf.delete(caller);
    const index = this.#callers.indexOf(caller, countUpTo(this.#places, placeMs - 1));
    this.#places.splice(index, 1);
    this.#callers.splice(index, 1);
  }

  /**
   * Gives a caller that has none a place.
   *
   * @param nextMs when a call is free next
   * @param usable calls that the tenant may use in a window
   * @param isDue whether it came at its place in vain: then the new one is only behind those whose time it is
   * @returns when it begins; if that is further ahead than the longest wait, it is not kept
   */
  add(caller: string, nextMs: number, usable: number, isDue: boolean, nowMs: number): number {
    const { windowMs, holdMs, maxWaitMs } = this.#times;
    const show = this.#show;
    const paceMs = (show * (windowMs + 0.4 * holdMs)) / Math.max(usable - margin(usable / show, show), 1);
    const placeMs = Math.ceil(
      isDue
        ? nextMs + paceMs * countUpTo(this.#places, nowMs)
        : Math.max(nextMs, (this.#places.at(-1) ?? Number.NEGATIVE_INFINITY) + paceMs),
    );
    if (placeMs - nowMs > maxWaitMs) return placeMs;
    const index = countUpTo(this.#places, placeMs);
    this.#places.splice(index, 0, placeMs);
    this.#callers.splice(index, 0, caller);
    this.#placeOf.set(caller, placeMs);
    return placeMs;
  }

  /** Whether those who are expected at their places still find room in the coming window after one more call. */
  leaveRoom(calls: readonly number[], usable: number, nowMs: number): boolean {
    const { windowMs } = this.#times;
    const show = this.#show;
    if (this.#places.length === 0) return calls.length < usable;
    for (let i = 0; i <= moments; i += 1) {
      const atMs = nowMs + Math.floor((windowMs * i) / moments) - (i === moments ? 1 : 0);
      const due = countUpTo(this.#places, atMs);
      const expected = show * due + Math.max(margin(due, show), spareForPlaces * usable);
      if (calls.length - countUpTo(calls, atMs - windowMs) + expected >= usable) return false;
    }
    return true;
  }

  #learn(came: 0 | 1): void {
    this.#taken += learning * (came - this.#taken);
  }
}
