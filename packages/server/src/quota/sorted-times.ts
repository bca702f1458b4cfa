// Ascending lists of times.

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

/** Removes the times up to this one. Returns how many are left. */
export function forgetTimes(times: number[], upToMs: number): number {
  if ((times[0] ?? Number.POSITIVE_INFINITY) <= upToMs) times.splice(0, countUpTo(times, upToMs));
  return times.length;
}
