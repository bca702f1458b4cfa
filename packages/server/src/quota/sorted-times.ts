// A list of numbers in ascending order: what the guard needs of a sorted set, in memory.

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

/** Puts a number into its place. */
export function insertTime(times: number[], time: number): void {
  times.splice(countUpTo(times, time), 0, time);
}

/** Takes one occurrence of a number out; it must be there. */
export function removeTime(times: number[], time: number): void {
  times.splice(countUpTo(times, time) - 1, 1);
}
