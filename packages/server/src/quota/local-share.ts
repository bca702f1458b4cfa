// What one instance may spend on its own while it cannot ask Redis, so that all instances together stay within the limit.
//
// Redis gives out the limit less a reserve of 5%. When an instance loses Redis, the calls that it made through Redis are its
// own: as they leave the window it may make them again, up to its even share, and a part of the reserve on top. One window
// after that nothing of what others did before can count any more, and the even share is its own. Instances that still reach
// Redis do not use the share of a silent one (lua/quota.lua).

/** How silent instances are treated; milliseconds. Redis and the instances themselves go by the same numbers. */
export interface SilenceTimes {
  /** An instance that has not reported for so long counts as silent. It reports every second. */
  readonly missingAfterMs: number;
  /** For so long the whole share of a silent instance is left to it, afterwards a quarter: more likely it has ended. */
  readonly withholdMs: number;
  /** After so long a silent instance is forgotten. */
  readonly forgetAfterMs: number;
}

export const defaultSilenceTimes: SilenceTimes = {
  missingAfterMs: 3_000,
  withholdMs: 10 * 60_000,
  forgetAfterMs: 60 * 60_000,
};

/** Calls that Redis does not give out, for instances that have lost it. */
export const reserveOf = (limit: number): number => Math.floor(limit / 20);

/** What is known when Redis is lost. */
export interface LocalSituation {
  /** Instances alive at the last report, this one included; undefined where Redis was never reached. */
  readonly instances: number | undefined;
  /** When Redis was lost. */
  readonly sinceMs: number;
  /** Calls of this instance that Redis allowed and that will still count once others take this instance for silent. */
  readonly ownCalls: number;
}

/**
 * Calls that this instance may have in its window now.
 *
 * @param windowMs the window of the guard
 */
export function localCapacity(
  limit: number,
  windowMs: number,
  { missingAfterMs, withholdMs }: SilenceTimes,
  { instances, sinceMs, ownCalls }: LocalSituation,
  nowMs: number,
): number {
  const reserve = reserveOf(limit);
  // Nobody knows of an instance that never reached Redis, so nobody leaves it anything.
  if (instances === undefined) return 0;
  const share = Math.floor((limit - reserve) / instances);
  const awayMs = nowMs - sinceMs;
  if (awayMs >= withholdMs - missingAfterMs) return instances === 1 ? share : Math.floor(share / 4);
  if (instances === 1 || awayMs > windowMs + missingAfterMs) return share;
  return Math.min(share, ownCalls) + Math.floor(reserve / (instances + 1));
}
