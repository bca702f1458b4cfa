// What the contract of both stores in test/quota-guard.test.ts does not reach: a limit that changes, and the numbers of the rule.
// Times are short here, so that every expectation can be worked out in the head.
import { describe, expect, it } from "vitest";
import { allowed, later } from "./quota-guard.ts";
import { QuotaWindow } from "./quota-window.ts";

const times = { windowMs: 1_000, holdMs: 100, maxWaitMs: 5_000 };
/** Between two places of a window of one call, if all come. */
const pace = 1_040;

/** A window whose limit the test sets; `ask` is for a waiting caller, `retry` for a call without one. */
function start(capacity: number, changes: Partial<typeof times> = {}) {
  const window = new QuotaWindow(capacity, { ...times, ...changes });
  let retries = 0;
  const bench = {
    window,
    capacity,
    ask: (caller: string, nowMs: number, tenant = "", share?: number) =>
      window.take({ tenant, share, caller, reserve: true }, bench.capacity, nowMs),
    retry(nowMs: number, tenant = "", share?: number) {
      retries += 1;
      return window.take({ tenant, share, caller: `retry-${retries}`, reserve: false }, bench.capacity, nowMs);
    },
    /** Calls of newcomers at these times, all of them allowed. */
    call(...atMs: number[]) {
      for (const at of atMs) expect(bench.retry(at)).toEqual(allowed);
    },
    /** How many calls a tenant gets in a row. */
    spend(nowMs: number, tenant: string, share?: number) {
      for (let calls = 0; ; calls += 1) if (!bench.retry(nowMs, tenant, share).allowed) return calls;
    },
  };
  return bench;
}

describe("a place", () => {
  it("begins when the first call leaves the window, at any time of day", () => {
    const { ask, call } = start(1);
    call(7_000);
    expect(ask("next", 7_300)).toEqual(later(700));
  });

  it("is used up by its call, and its caller is new again, behind those who have a place", () => {
    const { ask, call } = start(2);
    call(0, 0);
    ask("holder", 0);
    expect(ask("other", 0)).toEqual(later(1_000 + pace / 2));
    expect(ask("holder", 1_000)).toEqual(allowed);
    expect(ask("holder", 1_000)).toEqual(later(pace));
  });

  it("may be as far away as the longest wait, and no further", () => {
    for (const [maxWaitMs, kept] of [
      [700, true],
      [699, false],
    ] as const) {
      const { ask, call } = start(1, { maxWaitMs });
      call(7_000);
      expect(ask("next", 7_300)).toEqual(later(700, kept));
    }
  });

  it("is followed by another one if no call is free when its caller comes", () => {
    const { ask, call, window } = start(1);
    call(0);
    ask("holder", 0);
    window.record(900);
    expect(ask("holder", 1_000)).toEqual(later(900));
    expect(ask("holder", 1_900)).toEqual(allowed);
  });

  it("whose caller comes early is taken if a call is free and not needed for others", () => {
    const { ask, call } = start(3);
    call(0, 100, 100);
    ask("first", 150);
    ask("second", 150);
    const second = Math.ceil(1_000 + pace / 3);
    expect(ask("second", 1_050)).toEqual(later(second - 1_050));
    expect(ask("first", 1_100)).toEqual(allowed);
    expect(ask("second", 1_100)).toEqual(allowed);
  });
});

describe("places whose callers do not come", () => {
  /** Lets so many callers miss their places, one after another, and returns when the last has. */
  function miss(bench: ReturnType<typeof start>, count: number): number {
    let nowMs = 0;
    for (let i = 0; i < count; i += 1) {
      bench.call(nowMs);
      const decision = bench.ask(`gone-${i}`, nowMs);
      nowMs += decision.allowed ? 0 : decision.waitMs + 101;
    }
    return nowMs;
  }

  it("make later places count less, so that they follow each other more closely", () => {
    const bench = start(1);
    const nowMs = miss(bench, 100);
    bench.call(nowMs);
    bench.ask("one", nowMs);
    const two = bench.ask("two", nowMs);
    const show = 0.995 ** 100;
    expect(two).toEqual(later(Math.ceil(1_000 + show * pace)));
  });

  it("count as a twentieth at least", () => {
    const bench = start(1);
    const nowMs = miss(bench, 700);
    bench.call(nowMs);
    bench.ask("one", nowMs);
    expect(bench.ask("two", nowMs)).toEqual(later(Math.ceil(1_000 + 0.05 * pace)));
  });
});

describe("calls allowed elsewhere", () => {
  it("count like those that were allowed here, in the order of their times", () => {
    const { ask, call, window } = start(2);
    call(500);
    window.record(200);
    expect(ask("next", 600)).toEqual(later(600));
  });
});

describe("when the limit becomes smaller", () => {
  it("calls that were allowed before count against it", () => {
    const bench = start(10);
    bench.call(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    bench.capacity = 3;
    expect(bench.ask("next", 100)).toEqual(later(7 + 1_000 - 100));
  });

  it("to nothing, no caller gets a place", () => {
    const { ask } = start(0);
    expect(ask("c", 0)).toEqual(later(1_000, false));
  });
});

describe("tenants", () => {
  it("have even parts if none has a share, of which one above it leaves the last 2%", () => {
    const bench = start(100);
    bench.ask("someone", 0, "b");
    expect(bench.spend(0, "a")).toBe(97);
    expect(bench.spend(0, "b")).toBe(2);
  });

  it("have what they were given, in parts of the limit, and the others the rest of it", () => {
    const bench = start(100);
    for (const tenant of ["b", "c"]) bench.ask("someone", 0, tenant);
    bench.window.record(0);
    expect(bench.spend(0, "a", 60)).toBe(95);
    // Below their share of 20 they get the last calls.
    expect(bench.spend(0, "b")).toBe(2);
    bench.spend(1_000, "b");
    expect(bench.spend(1_000, "a", 60)).toBe(0);
  });

  it("without a share have a tenth of the limit together, however much was given", () => {
    const bench = start(100);
    bench.ask("someone", 0, "b");
    expect(bench.spend(0, "a", 100)).toBe(97);
    expect(bench.spend(0, "b")).toBe(2);
  });

  it("that have not asked for a window leave everything to the others", () => {
    const bench = start(100);
    bench.ask("someone", 0, "b");
    expect(bench.spend(999, "a")).toBe(97);
    expect(bench.spend(1_000, "a")).toBe(3);
  });
});
