// Counts per key in windows of a minute, in bounded memory. If more keys come than are remembered, those that were counted
// longest ago are forgotten, and start again if they come back.

const windowMs = 60_000;

/** The latest so many keys are remembered, and at most as many older ones. A key takes about 200 bytes. */
const defaultKeys = 50_000;

interface Window {
  count: number;
  endsAtMs: number;
}

export interface WindowCounts {
  /** How many keys are remembered. */
  readonly size: number;
  /** Counts the key once more. @returns its count in the current window, and how long that still lasts */
  add(key: string): { count: number; msBeforeNext: number };
}

/**
 * Makes counts that are all zero.
 * @param monotonicNow milliseconds that only ever grow
 * @param keys how many keys are remembered at least; twice as many at most
 */
export function createWindowCounts(monotonicNow: () => number, keys = defaultKeys): WindowCounts {
  // Two generations: dropping the older one is cheap, while a Map from which the first key is deleted again and again is not.
  let latest = new Map<string, Window>();
  let older = new Map<string, Window>();

  function windowOf(key: string): Window {
    const known = latest.get(key);
    if (known) return known;
    const window = older.get(key) ?? { count: 0, endsAtMs: Number.NEGATIVE_INFINITY };
    older.delete(key);
    if (latest.size >= keys) {
      older = latest;
      latest = new Map();
    }
    latest.set(key, window);
    return window;
  }

  return {
    get size() {
      return latest.size + older.size;
    },
    add(key) {
      const nowMs = monotonicNow();
      const window = windowOf(key);
      if (window.endsAtMs <= nowMs) Object.assign(window, { count: 0, endsAtMs: nowMs + windowMs });
      window.count += 1;
      return { count: window.count, msBeforeNext: window.endsAtMs - nowMs };
    },
  };
}
