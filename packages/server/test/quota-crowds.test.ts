// The quota guard under many callers: any pattern of arrivals, by properties, and 10,000 clients that refresh together.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultQuotaTimes } from "../src/quota/quota-guard.ts";
import { ask, type Bench, benchIn, inMemory, waitOf } from "./support/quota-stores.ts";
import { hasRedis, startRedis } from "./support/redis.ts";

const { windowMs, holdMs } = defaultQuotaTimes;

/** Arrivals: the caller, and how long after the previous one. */
const arrivals = fc.array(
  fc.record({
    caller: fc.integer({ min: 0, max: 30 }),
    afterMs: fc.integer({ min: 0, max: 4_000 }),
    retry: fc.boolean(),
  }),
  { minLength: 1, maxLength: 300 },
);
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
  it("no window holds more calls than the limit", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 12 }), async (events, limit) => {
        const bench = await inMemory(limit);
        const calls: number[] = [];
        for (const { caller, afterMs, retry } of events) {
          bench.clock.now += afterMs;
          if ((await ask(bench, `c${caller}`, !retry)).allowed) calls.push(bench.clock.now);
        }
        expect(mostInAnyWindow(calls, windowMs)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 300 },
    );
  });

  it("a caller in time is served, while others come in time, too early, or never", async () => {
    const visitor = fc.record({
      afterMs: fc.integer({ min: 0, max: 3_000 }),
      lateMs: fc.integer({ min: 0, max: holdMs }),
      returns: fc.boolean(),
      isEager: fc.boolean(),
    });
    const crowd = fc.array(visitor, { minLength: 1, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(crowd, fc.integer({ min: 1, max: 8 }), async (visitors, limit) => {
        const bench = await inMemory(limit);
        let startMs = 0;
        const visits: Visit[] = visitors.map((one, i) => {
          startMs += one.afterMs;
          return { ...one, name: `c${i}`, atMs: startMs, promisedMs: Infinity };
        });
        for (let visit = earliest(visits); visit; visit = earliest(visits)) {
          bench.clock.now = visit.atMs;
          const decision = await ask(bench, visit.name);
          if (visit.promisedMs <= bench.clock.now) expect(decision.allowed).toBe(true);
          if (!decision.allowed && visit.returns) visits.push(nextVisit(visit, decision.waitMs));
        }
      }),
      { numRuns: 200 },
    );
  });

  it.runIf(hasRedis)("memory and Redis decide alike", async () => {
    const { url } = await startRedis();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 12 }), async (events, limit) => {
        run += 1;
        const memory = await inMemory(limit);
        const shared = await benchIn(url, `alike-${run}`, limit, memory.clock);
        for (const { caller, afterMs, retry } of events.slice(0, 120)) {
          memory.clock.now += afterMs;
          expect(await ask(shared, `c${caller}`, !retry)).toEqual(await ask(memory, `c${caller}`, !retry));
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("when 10,000 clients refresh together", () => {
  const ideal = Math.ceil(10_000 / 450) * 30_000;
  /** Each asks immediately, then returns after Retry-After, up to `lateMs` late. Returns when each was served, in ms. */
  async function rush(bench: Bench, lateMs: (i: number) => number) {
    const served: number[] = [];
    let mostAttempts = 0;
    // By millisecond: the callers who ask then, and how often each has asked before.
    const due = new Map([[0, Array.from({ length: 10_000 }, (_, i) => ({ i, attempt: 1 }))]]);
    const comeBack = (atMs: number, asker: { i: number; attempt: number }) =>
      due.set(atMs, [...(due.get(atMs) ?? []), asker]);
    // The bound ends a rush in which a caller is never served.
    for (; due.size > 0 && bench.clock.now < 10 * ideal; bench.clock.now += 1) {
      const now = bench.clock.now;
      for (const { i, attempt } of due.get(now) ?? []) {
        mostAttempts = Math.max(mostAttempts, attempt);
        const decision = await ask(bench, `c${i}`);
        if (decision.allowed) served.push(now);
        // As a client does it: whole seconds, rounded up.
        const nextMs = now + Math.ceil(waitOf(decision) / 1000) * 1000 + lateMs(i);
        if (!decision.allowed) comeBack(nextMs, { i, attempt: attempt + 1 });
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

  it("no client asks more than twice, no window exceeds the limit, and the last one is served within 1.1 times the shortest time", async () => {
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
