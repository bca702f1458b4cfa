// What the contract of both stores does not reach: a budget that changes. The rest is in test/quota-guard.test.ts.
import { describe, expect, it } from "vitest";
import { defaultQuotaTimes } from "./quota.ts";
import { QuotaWindow } from "./quota-window.ts";

const { windowMs, holdMs } = defaultQuotaTimes;

describe("when the budget becomes smaller", () => {
  it("a new place begins when all but budget − 1 of the places before it have ended", () => {
    const window = new QuotaWindow(defaultQuotaTimes);
    const waits = Array.from({ length: 20 }, (_, i) => {
      const turn = window.take({ callerKey: `c${i}`, promise: true }, 10, 0);
      return turn.allowed ? 0 : turn.waitMs;
    });
    const turn = window.take({ callerKey: "next", promise: true }, 2, 0);
    expect(turn).toEqual({ allowed: false, waitMs: (waits.at(-2) ?? 0) + holdMs + windowMs, kept: true });
  });

  it("calls that were allowed before count against it", () => {
    const window = new QuotaWindow(defaultQuotaTimes);
    for (let i = 0; i < 10; i += 1) window.take({ callerKey: `c${i}`, promise: false }, 10, i);
    expect(window.take({ callerKey: "next", promise: true }, 3, 100)).toEqual({
      ...{ allowed: false, kept: true },
      waitMs: 7 + windowMs - 100,
    });
  });

  it("to nothing, nobody is promised anything", () => {
    const window = new QuotaWindow(defaultQuotaTimes);
    const turn = window.take({ callerKey: "c", promise: true }, 0, 0);
    expect(turn).toEqual({ allowed: false, waitMs: windowMs, kept: false });
  });
});
