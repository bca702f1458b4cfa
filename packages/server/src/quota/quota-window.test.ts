// What the contract of both stores in test/quota-guard.test.ts does not reach: a limit that changes, calls allowed elsewhere,
// and the last millisecond of each time. Times are short numbers here, so that every expectation can be worked out in the head.
import { describe, expect, it } from "vitest";
import { allowed, later } from "./quota-guard.ts";
import { QuotaWindow } from "./quota-window.ts";

const times = { windowMs: 1_000, holdMs: 100, keepMs: 500, maxWaitMs: 5_000 };

/** A window whose limit the test sets; `ask` is for a waiting caller, `retry` for a call without one. */
function start(capacity: number, changes: Partial<typeof times> = {}) {
  const window = new QuotaWindow({ ...times, ...changes });
  const bench = {
    window,
    capacity,
    ask: (callerKey: string, nowMs: number) => window.take({ callerKey, reserve: true }, bench.capacity, nowMs),
    retry: (nowMs: number) => window.take({ callerKey: "retry", reserve: false }, bench.capacity, nowMs),
    /** Calls of newcomers at these times, all of them allowed. */
    call(...atMs: number[]) {
      for (const at of atMs) expect(bench.retry(at)).toEqual(allowed);
    },
  };
  return bench;
}

describe("a promised place", () => {
  it("begins when the first call leaves the window, at any time of day", () => {
    const { ask, call } = start(1);
    call(7_000);
    expect(ask("next", 7_300)).toEqual(later(700));
  });

  it("is held to the last millisecond, and then is a newcomer's", () => {
    const { ask, call, retry } = start(1);
    call(0);
    expect(ask("holder", 0)).toEqual(later(1_000));
    expect(retry(1_100)).toEqual(later(0, false));
    expect(retry(1_101)).toEqual(allowed);
  });

  it("is used up by its call", () => {
    const { ask, call, retry } = start(2);
    call(0, 0);
    ask("holder", 0);
    expect(ask("holder", 1_000)).toEqual(allowed);
    expect(retry(1_000)).toEqual(allowed);
    // And its caller is new again, behind those who have a reservation by now.
    expect(ask("other", 1_000)).toEqual(later(1_000));
    expect(ask("holder", 1_000)).toEqual(later(1_550));
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
});

describe("a late caller", () => {
  it("gets the next unit that ends, and keeps that place", () => {
    const { ask, call } = start(2);
    call(0, 0);
    ask("late", 0);
    call(1_200, 1_300);
    expect(ask("late", 1_400)).toEqual(later(800));
    expect(ask("newcomer", 1_450)).toEqual(later(1_300));
    expect(ask("late", 1_500)).toEqual(later(700));
    expect(ask("late", 2_200)).toEqual(allowed);
  });

  it.each([
    ["waits for those whose time it is, to its last millisecond", 1_650, later(451)],
    ["does not wait for callers whose time has passed", 1_651, allowed],
  ])("%s", (_name, nowMs, expected) => {
    const { ask, call } = start(2, { keepMs: 1_000 });
    call(0, 0);
    ask("late", 0);
    expect(ask("on time", 0)).toEqual(later(1_550));
    call(1_101);
    expect(ask("late", nowMs)).toEqual(expected);
  });

  it("waits as long as a reservation is held if no call is left to end", () => {
    const bench = start(2);
    bench.call(0, 0);
    bench.ask("late", 0);
    expect(bench.ask("on time", 0)).toEqual(later(1_550));
    bench.capacity = 1;
    expect(bench.ask("late", 1_560)).toEqual(later(100));
  });

  it("goes before newcomers until it is forgotten, to the millisecond", () => {
    for (const [nowMs, wait] of [
      [1_599, 1_000],
      [1_600, 2_100],
    ] as const) {
      const { ask, call } = start(1);
      call(0);
      ask("late", 0);
      call(nowMs);
      expect(ask("newcomer", nowMs)).toEqual(later(1_000));
      expect(ask("late", nowMs)).toEqual(later(wait));
    }
  });
});

describe("a caller who never came back", () => {
  it("is forgotten without affecting the others", () => {
    const { ask, call } = start(1);
    call(0);
    ask("gone", 0);
    expect(ask("holder", 0)).toEqual(later(2_100));
    expect(ask("holder", 1_600)).toEqual(later(500));
  });

  it("sets the pace of those after it no longer", () => {
    const { ask, call, window } = start(2, { keepMs: 0 });
    call(0, 0);
    ask("gone", 0);
    expect(ask("gone too", 0)).toEqual(later(1_550));
    for (const at of [700, 800]) window.record(at);
    expect(ask("newcomer", 1_650)).toEqual(later(50));
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
  it("a new place begins when all but limit − 1 of the places before it have ended", () => {
    const bench = start(10);
    const places = Array.from({ length: 20 }, (_, i) => bench.ask(`c${i}`, 0));
    expect(places.at(-2)).toEqual(later(1_880));
    bench.capacity = 2;
    expect(bench.ask("next", 0)).toEqual(later(1_880 + 100 + 1_000));
  });

  it("calls that were allowed before count against it", () => {
    const bench = start(10);
    bench.call(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    bench.capacity = 3;
    expect(bench.ask("next", 100)).toEqual(later(7 + 1_000 - 100));
  });

  it("a caller in time waits until all but limit − 1 of the calls have ended", () => {
    const bench = start(4);
    bench.call(0, 0, 0, 0);
    bench.ask("holder", 0);
    bench.call(1_010, 1_020, 1_030);
    bench.capacity = 2;
    expect(bench.ask("holder", 1_050)).toEqual(later(970));
  });

  it("a late caller waits for the last call at most, however many are due", () => {
    const bench = start(20);
    bench.call(...Array<number>(20).fill(0));
    bench.ask("late", 0);
    const onTime = ["a", "b", "c", "d"].map((name) => bench.ask(name, 0));
    expect(onTime.at(-1)).toEqual(later(1_220));
    bench.call(1_150);
    bench.capacity = 1;
    expect(bench.ask("late", 1_230)).toEqual(later(1_150 + 1_000 - 1_230));
  });

  it("to nothing, no caller gets a promise", () => {
    const { ask } = start(0);
    expect(ask("c", 0)).toEqual(later(1_000, false));
  });
});
