// One contract for both places where the quota is kept: this process and Redis. The clock stands still unless a test moves it.
import fc from "fast-check";
import Fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { createRedis } from "../src/redis/connection.ts";
import { defaultSilenceTimes } from "../src/spending/local-share.ts";
import { createMemoryQuotaGuard } from "../src/spending/memory-quota-guard.ts";
import { defaultQuotaTimes, type QuotaGuard, type Turn } from "../src/spending/quota.ts";
import { createRedisQuotaGuard } from "../src/spending/redis-quota-guard.ts";
import { hasRedis, startRedis } from "./support-redis.ts";

const { log } = Fastify();
const { windowMs, holdMs, keepMs, maxWaitMs } = defaultQuotaTimes;

interface Bench {
  guard: QuotaGuard;
  /** Milliseconds from the start. */
  clock: { now: number };
}

async function inMemory(budget: number): Promise<Bench> {
  const clock = { now: 0 };
  const guard = createMemoryQuotaGuard({ budget, times: defaultQuotaTimes, monotonicNow: () => clock.now });
  return { guard, clock };
}

async function inRedis(budget: number): Promise<Bench> {
  const { url } = await startRedis();
  return benchOn(url, "contract", budget);
}

async function benchOn(url: string, resource: string, budget: number, clock = { now: 0 }): Promise<Bench> {
  const redis = createRedis({ url, log, commandTimeoutMs: 5_000 });
  await redis.start();
  const guard = createRedisQuotaGuard({
    ...{ redis, resource, budget, times: defaultQuotaTimes, silence: defaultSilenceTimes, log },
    monotonicNow: () => clock.now,
    serverNow: () => 1_000_000 + clock.now,
  });
  // Joined once and then not reported again: the clock of these tests jumps, and a report takes real time.
  await guard.report();
  expect(guard.shared).toBe(true);
  onTestFinished(() => redis.stop());
  return { guard, clock };
}

const ask = (bench: Bench, callerKey: string, promise = true): Promise<Turn> =>
  bench.guard.take({ callerKey, promise });
const waitOf = (turn: Turn) => (turn.allowed ? 0 : turn.waitMs);
async function fill(bench: Bench, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) expect(await ask(bench, `first-${i}`)).toEqual({ allowed: true });
}

const stores: [string, (budget: number) => Promise<Bench>, boolean][] = [
  ["in memory", inMemory, true],
  ["in Redis", inRedis, hasRedis],
];

describe.each(stores)("the quota guard %s", (_name, start, canRun) => {
  it.runIf(canRun)("allows as many calls as the budget, whoever asks, and no more", async () => {
    const bench = await start(10);
    await fill(bench, 10);
    expect(await ask(bench, "eleventh")).toEqual({ allowed: false, waitMs: windowMs, kept: true });
  });

  it.runIf(canRun)("counts a call for the whole window and not a millisecond less", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    bench.clock.now = windowMs - 1;
    expect((await ask(bench, "late", false)).allowed).toBe(false);
    bench.clock.now = windowMs;
    expect((await ask(bench, "late", false)).allowed).toBe(true);
  });

  it.runIf(canRun)("serves everyone who comes back at the promised time, or within the time it is held", async () => {
    const bench = await start(4);
    await fill(bench, 4);
    const promised = [];
    for (let i = 0; i < 12; i += 1) promised.push({ caller: `c${i}`, at: waitOf(await ask(bench, `c${i}`)) });
    for (const [i, { caller, at }] of promised.entries()) {
      bench.clock.now = at + (i % 3 === 0 ? 0 : Math.floor(holdMs / (i % 3)));
      if (i % 3 === 0) expect(await ask(bench, caller)).toEqual({ allowed: true });
    }
  });

  it.runIf(canRun)("spreads the promised times evenly", async () => {
    const bench = await start(10);
    await fill(bench, 10);
    const waits = [];
    for (let i = 0; i < 5; i += 1) waits.push(waitOf(await ask(bench, `c${i}`)));
    expect(waits).toEqual([0, 1, 2, 3, 4].map((i) => windowMs + (i * (windowMs + holdMs)) / 10));
  });

  it.runIf(canRun)("does not move a place for asking earlier or more often", async () => {
    const bench = await start(2);
    await fill(bench, 2);
    const wait = waitOf(await ask(bench, "eager"));
    const behind = waitOf(await ask(bench, "patient"));
    for (let i = 1; i <= 50; i += 1) {
      bench.clock.now = i * 100;
      expect(await ask(bench, "eager")).toEqual({ allowed: false, waitMs: wait - i * 100, kept: true });
    }
    expect(waitOf(await ask(bench, "patient"))).toBe(behind - bench.clock.now);
    bench.clock.now = wait;
    expect((await ask(bench, "eager")).allowed).toBe(true);
  });

  it.runIf(canRun)("lets no newcomer into a place that is held", async () => {
    const bench = await start(2);
    await fill(bench, 2);
    await ask(bench, "holder");
    bench.clock.now = windowMs + 100;
    expect((await ask(bench, "newcomer")).allowed).toBe(true);
    expect((await ask(bench, "another")).allowed).toBe(false);
    expect((await ask(bench, "holder")).allowed).toBe(true);
  });

  it.runIf(canRun)("holds a place to the last millisecond of its time", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    await ask(bench, "holder");
    bench.clock.now = windowMs + holdMs;
    expect((await ask(bench, "newcomer", false)).allowed).toBe(false);
    expect((await ask(bench, "holder")).allowed).toBe(true);
  });

  it.runIf(canRun)("gives a place up when its time has gone by, and still serves the late caller", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    await ask(bench, "late");
    bench.clock.now = windowMs + holdMs + 1;
    expect((await ask(bench, "newcomer")).allowed).toBe(true);
    const wait = waitOf(await ask(bench, "late"));
    expect(wait).toBe(windowMs);
    bench.clock.now += wait;
    expect((await ask(bench, "late")).allowed).toBe(true);
  });

  it.runIf(canRun)("lets a late caller wait for those whose time it is", async () => {
    const bench = await start(19);
    await fill(bench, 19);
    await ask(bench, "late");
    const onTimeAt = waitOf(await ask(bench, "on time"));
    bench.clock.now = windowMs + holdMs + 1;
    expect(onTimeAt).toBeLessThan(bench.clock.now);
    // All but the place that is held go to newcomers.
    await fill(bench, 18);
    expect((await ask(bench, "late")).allowed).toBe(false);
    expect((await ask(bench, "on time")).allowed).toBe(true);
  });

  it.runIf(canRun)("forgets who never came back", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    await ask(bench, "gone");
    bench.clock.now = windowMs + holdMs + keepMs + 1;
    await fill(bench, 1);
    expect(waitOf(await ask(bench, "next"))).toBe(windowMs);
    expect(waitOf(await ask(bench, "gone"))).toBe(2 * windowMs + holdMs);
  });

  it.runIf(canRun)("keeps no place for a call that nobody waits for", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    expect(await ask(bench, "retry", false)).toEqual({ allowed: false, waitMs: 0, kept: false });
    expect(waitOf(await ask(bench, "next"))).toBe(windowMs);
  });

  it.runIf(canRun)("promises nothing beyond the life of a token", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    const turns = [];
    for (let i = 0; i < 120; i += 1) turns.push(await ask(bench, `c${i}`));
    const kept = turns.filter((turn) => !turn.allowed && turn.kept);
    expect(kept).toHaveLength(1 + Math.floor((maxWaitMs - windowMs) / (windowMs + holdMs)));
    expect(Math.max(...kept.map(waitOf))).toBeLessThanOrEqual(maxWaitMs);
    expect(turns.at(-1)).toMatchObject({ allowed: false, kept: false });
  });
});

/** Arrivals: who, and how long after the one before. */
const arrivals = fc.array(
  fc.record({
    caller: fc.integer({ min: 0, max: 30 }),
    afterMs: fc.integer({ min: 0, max: 4_000 }),
    retry: fc.boolean(),
  }),
  { minLength: 1, maxLength: 300 },
);
/** In mutation testing nobody reads the counterexample, and making it small would take longer than finding it. */
const endOnFailure = process.env["PROPERTY_ENDS_ON_FAILURE"] === "1";
const mostInAnyWindow = (calls: readonly number[], length: number) =>
  Math.max(0, ...calls.map((start) => calls.filter((at) => at >= start && at < start + length).length));

interface Visit {
  name: string;
  atMs: number;
  promisedMs: number;
  lateMs: number;
  returns: boolean;
  isEager: boolean;
}

function earliest(visits: Visit[]): Visit | undefined {
  visits.sort((a, b) => a.atMs - b.atMs);
  return visits.shift();
}

/** The eager come once at half the time before they come as promised. */
function nextVisit(visit: Visit, waitMs: number): Visit {
  const promisedMs = visit.atMs + waitMs;
  if (visit.isEager) return { ...visit, isEager: false, promisedMs, atMs: visit.atMs + Math.floor(waitMs / 2) };
  return { ...visit, promisedMs, atMs: promisedMs + visit.lateMs };
}

describe("for any pattern of arrivals", () => {
  it("no window holds more calls than the budget", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 12 }), async (events, budget) => {
        const bench = await inMemory(budget);
        const calls: number[] = [];
        for (const { caller, afterMs, retry } of events) {
          bench.clock.now += afterMs;
          if ((await ask(bench, `c${caller}`, !retry)).allowed) calls.push(bench.clock.now);
        }
        expect(mostInAnyWindow(calls, windowMs)).toBeLessThanOrEqual(budget);
      }),
      { numRuns: 300, endOnFailure },
    );
  });

  it("a caller who comes back in time is served, while others come in time, too early, or never", async () => {
    const visitor = fc.record({
      afterMs: fc.integer({ min: 0, max: 3_000 }),
      lateMs: fc.integer({ min: 0, max: holdMs }),
      returns: fc.boolean(),
      isEager: fc.boolean(),
    });
    const crowd = fc.array(visitor, { minLength: 1, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(crowd, fc.integer({ min: 1, max: 8 }), async (visitors, budget) => {
        const bench = await inMemory(budget);
        let startMs = 0;
        const visits: Visit[] = visitors.map((one, i) => {
          startMs += one.afterMs;
          return { ...one, name: `c${i}`, atMs: startMs, promisedMs: Infinity };
        });
        for (let visit = earliest(visits); visit; visit = earliest(visits)) {
          bench.clock.now = visit.atMs;
          const turn = await ask(bench, visit.name);
          if (visit.promisedMs <= bench.clock.now) expect(turn.allowed).toBe(true);
          if (!turn.allowed && visit.returns) visits.push(nextVisit(visit, turn.waitMs));
        }
      }),
      { numRuns: 200, endOnFailure },
    );
  });

  it.runIf(hasRedis)("memory and Redis decide alike", async () => {
    const { url } = await startRedis();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 12 }), async (events, budget) => {
        run += 1;
        const memory = await inMemory(budget);
        const shared = await benchOn(url, `alike-${run}`, budget, memory.clock);
        for (const { caller, afterMs, retry } of events.slice(0, 120)) {
          memory.clock.now += afterMs;
          expect(await ask(shared, `c${caller}`, !retry)).toEqual(await ask(memory, `c${caller}`, !retry));
        }
      }),
      { numRuns: 25, endOnFailure },
    );
  });
});

describe("when 10,000 clients refresh together", () => {
  const ideal = Math.ceil(10_000 / 450) * 30_000;
  /** Each asks at once, then comes back as told, up to `lateMs` late. Returns when each was served, in ms. */
  async function rush(bench: Bench, lateMs: (i: number) => number) {
    const served: number[] = [];
    let mostAttempts = 0;
    // By millisecond: who asks then, and how often each has asked before.
    const due = new Map([[0, Array.from({ length: 10_000 }, (_, i) => ({ i, attempt: 1 }))]]);
    const comeBack = (atMs: number, asker: { i: number; attempt: number }) =>
      due.set(atMs, [...(due.get(atMs) ?? []), asker]);
    // The bound ends a rush in which somebody is never served.
    for (; due.size > 0 && bench.clock.now < 10 * ideal; bench.clock.now += 1) {
      const now = bench.clock.now;
      for (const { i, attempt } of due.get(now) ?? []) {
        mostAttempts = Math.max(mostAttempts, attempt);
        const turn = await ask(bench, `c${i}`);
        if (turn.allowed) served.push(now);
        // As a client does it: whole seconds, rounded up.
        const nextMs = now + Math.ceil(waitOf(turn) / 1000) * 1000 + lateMs(i);
        if (!turn.allowed) comeBack(nextMs, { i, attempt: attempt + 1 });
      }
      due.delete(now);
    }
    return { served, mostAttempts };
  }
  function expectNoWindowOverdrawn(served: readonly number[]) {
    for (let i = 450; i < served.length; i += 1) {
      expect((served[i] as number) - (served[i - 450] as number)).toBeGreaterThanOrEqual(30_000);
    }
  }

  it("nobody asks more than twice, no window is overdrawn, and the last is served within a tenth above the least time", async () => {
    const bench = await inMemory(450);
    const { served, mostAttempts } = await rush(bench, (i) => i % 1_500);
    expect(served).toHaveLength(10_000);
    expect(mostAttempts).toBe(2);
    expectNoWindowOverdrawn(served);
    expect(Math.max(...served)).toBeLessThan(ideal * 1.1);
  });

  it("all are served too if every client is late by up to half a minute", async () => {
    const bench = await inMemory(450);
    const { served, mostAttempts } = await rush(bench, (i) => (i * 7919) % 30_000);
    expect(served).toHaveLength(10_000);
    expect(mostAttempts).toBeLessThan(20);
    expectNoWindowOverdrawn(served);
    expect(Math.max(...served)).toBeLessThan(ideal * 1.3);
  });
});
