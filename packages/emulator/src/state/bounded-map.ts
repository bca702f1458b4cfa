// Maps that forget their oldest entries, so that a day of load tests does not fill the memory.

/** More than any test looks back on. */
const LIMIT = 50_000;

/** Sets an entry and drops the oldest ones beyond the limit. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value, limit = LIMIT): void {
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}
