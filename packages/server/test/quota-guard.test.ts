// One contract for both stores of the quota: this process and Redis. The clock stands still unless a test moves it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultQuotaTimes } from "../src/quota/quota-guard.ts";
import { ask, type Bench, benchIn, inMemory, inRedis, waitOf } from "./support/quota-stores.ts";
import { hasRedis, startRedis } from "./support/redis.ts";

const { windowMs, holdMs, maxWaitMs } = defaultQuotaTimes;

async function fill(bench: Bench, count: number, tenant?: string): Promise<void> {
  for (let i = 0; i < count; i += 1)
    expect(await bench.guard.take({ tenant, caller: `first-${i}`, reserve: true })).toEqual({ allowed: true });
}

const stores: [string, (limit: number) => Promise<Bench>, boolean][] = [
  ["in memory", inMemory, true],
  ["in Redis", inRedis, hasRedis],
];

describe.each(stores)("the quota guard %s", (_name, start, canRun) => {
  it.runIf(canRun)("allows as many calls as the limit, from any callers, and no more", async () => {
    const bench = await start(10);
    await fill(bench, 10);
    expect(await ask(bench, "eleventh")).toEqual({ allowed: false, waitMs: windowMs, reserved: true });
  });

  it.runIf(canRun)("counts a call for the whole window and not a millisecond less", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    bench.clock.now = windowMs - 1;
    expect((await ask(bench, "late", false)).allowed).toBe(false);
    bench.clock.now = windowMs;
    expect((await ask(bench, "late", false)).allowed).toBe(true);
  });

  it.runIf(canRun)("spreads the places evenly, with some time for those who come a little late", async () => {
    const bench = await start(10);
    await fill(bench, 10);
    const waits = [];
    for (let i = 0; i < 5; i += 1) waits.push(waitOf(await ask(bench, `c${i}`)));
    expect(waits).toEqual([0, 1, 2, 3, 4].map((i) => windowMs + (i * (windowMs + 0.4 * holdMs)) / 10));
  });

  it.runIf(canRun)("does not move a place for asking earlier or more often", async () => {
    const bench = await start(2);
    await fill(bench, 2);
    const wait = waitOf(await ask(bench, "eager"));
    const behind = waitOf(await ask(bench, "patient"));
    for (let i = 1; i <= 50; i += 1) {
      bench.clock.now = i * 100;
      expect(await ask(bench, "eager")).toEqual({ allowed: false, waitMs: wait - i * 100, reserved: true });
    }
    expect(waitOf(await ask(bench, "patient"))).toBe(behind - bench.clock.now);
    bench.clock.now = wait;
    expect((await ask(bench, "eager")).allowed).toBe(true);
  });

  it.runIf(canRun)(
    "keeps a place free for its caller to the last millisecond of its time, then gives it away",
    async () => {
      const bench = await start(1);
      await fill(bench, 1);
      await ask(bench, "holder");
      bench.clock.now = windowMs + holdMs;
      expect((await ask(bench, "newcomer", false)).allowed).toBe(false);
      bench.clock.now += 1;
      expect((await ask(bench, "newcomer", false)).allowed).toBe(true);
      expect(waitOf(await ask(bench, "holder"))).toBe(windowMs);
    },
  );

  it.runIf(canRun)("keeps no place for a call that nobody waits for", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    expect(await ask(bench, "retry", false)).toEqual({ allowed: false, waitMs: 0, reserved: false });
    expect(waitOf(await ask(bench, "next"))).toBe(windowMs);
  });

  it.runIf(canRun)("promises nothing beyond the life of a token", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    const turns = [];
    for (let i = 0; i < 120; i += 1) turns.push(await ask(bench, `c${i}`));
    const kept = turns.filter((decision) => !decision.allowed && decision.reserved);
    expect(kept).toHaveLength(1 + Math.floor((maxWaitMs - windowMs) / (windowMs + 0.4 * holdMs)));
    expect(Math.max(...kept.map(waitOf))).toBeLessThanOrEqual(maxWaitMs);
    expect(turns.at(-1)).toMatchObject({ allowed: false, reserved: false });
  });

  it.runIf(canRun)("gives one caller ten calls or half at most", async () => {
    for (const [limit, most] of [
      [19, 10],
      [8, 5],
      [1, 1],
    ] as const) {
      const bench = await start(limit);
      const decisions = [];
      for (let i = 0; i <= most; i += 1) decisions.push(await ask(bench, "greedy"));
      const refused = decisions.filter((decision) => !decision.allowed);
      expect(refused).toEqual([{ allowed: false, waitMs: windowMs, reserved: false }]);
      expect((await ask(bench, "another")).allowed).toBe(limit > 1);
    }
  });

  it.runIf(canRun)(
    "lets a tenant that is alone use everything, and then gives another one its share first",
    async () => {
      const bench = await start(18);
      await fill(bench, 18, "big");
      bench.clock.now = 1_000;
      const small = await bench.guard.take({ tenant: "small", caller: "s", reserve: true });
      expect(small).toEqual({ allowed: false, waitMs: windowMs - 1_000, reserved: true });
      bench.clock.now = windowMs;
      // The last free call is for a tenant below its share.
      await fill(bench, 17, "big");
      expect((await bench.guard.take({ tenant: "big", caller: "b", reserve: false })).allowed).toBe(false);
      expect((await bench.guard.take({ tenant: "small", caller: "s", reserve: true })).allowed).toBe(true);
    },
  );
});

describe.runIf(hasRedis)("memory and Redis", () => {
  const tenants = [{}, { tenant: "a" }, { tenant: "b", share: 3 }, { tenant: "c", share: 10 }];
  const arrivals = fc.array(
    fc.record({
      tenant: fc.integer({ min: 0, max: 3 }),
      caller: fc.integer({ min: 0, max: 30 }),
      afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_500 })),
      reserve: fc.boolean(),
    }),
    { minLength: 100, maxLength: 250, size: "max" },
  );

  it("decide alike, step by step, with one tenant and with several", async () => {
    const { url } = await startRedis();
    let run = 0;
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 19 }), fc.boolean(), async (events, limit, isOne) => {
        run += 1;
        const memory = await inMemory(limit);
        const shared = await benchIn(url, `alike-${run}`, limit, memory.clock);
        for (const { tenant, caller, afterMs, reserve } of events) {
          memory.clock.now += afterMs;
          steps += 1;
          const request = { ...(!isOne && tenants[tenant]), caller: `c${caller}`, reserve };
          expect(await shared.guard.take(request)).toEqual(await memory.guard.take(request));
        }
      }),
      { numRuns: 30 },
    );
    expect(steps).toBeGreaterThan(3_000);
  });
});
