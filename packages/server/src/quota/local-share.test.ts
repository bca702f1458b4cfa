import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSilenceTimes, localCapacity, reserveOf } from "./local-share.ts";

const windowMs = 31_000;
const { missingAfterMs, withholdMs } = defaultSilenceTimes;
const capacity = (instances: number | undefined, ownCalls: number, awayMs: number, limit = 400) =>
  localCapacity(limit, windowMs, defaultSilenceTimes, { instances, sinceMs: 1_000, ownCalls }, 1_000 + awayMs);

describe("an instance without Redis", () => {
  it.each([
    ["that never reached it: nothing", undefined, 0, 1e6, 0],
    ["immediately: its own calls again, and its part of the reserve", 3, 50, 0, 50 + 5],
    ["immediately: never more calls than its share", 3, 300, 0, 126 + 5],
    ["until a window after it counts as silent", 3, 50, windowMs + missingAfterMs, 55],
    ["then: its share", 3, 50, windowMs + missingAfterMs + 1, 126],
    ["until just before the others take most of it back", 3, 50, withholdMs - missingAfterMs - 1, 126],
    ["then: a quarter of its share", 3, 50, withholdMs - missingAfterMs, 31],
    ["that was the only one: all that Redis gave out", 1, 50, 0, 380],
    ["that was the only one, for long", 1, 50, withholdMs, 380],
  ])("may spend %s", (_name, instances, ownCalls, awayMs, expected) => {
    expect(capacity(instances, ownCalls, awayMs)).toBe(expected);
  });

  it("together with all others never spends more than the limit", () => {
    const own = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        own,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (weights, limit, awayMs) => {
          const given = limit - reserveOf(limit);
          const total = Math.max(
            weights.reduce((sum, one) => sum + one, 0),
            1,
          );
          const calls = weights.map((one) => Math.floor((one / total) * given));
          const all = calls.map((ownCalls) => capacity(weights.length, ownCalls, awayMs, limit));
          expect(all.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});
