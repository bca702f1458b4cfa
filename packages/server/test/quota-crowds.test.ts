// The quota guard under many callers, on a virtual clock: any pattern of arrivals, callers who ignore Retry-After, a tenant that
// asks for ten times its share, and 10,000 clients that refresh together.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultQuotaTimes } from "../src/quota/quota-guard.ts";
import { type Group, type GroupResult, mostIn, runCrowd } from "./support/quota-crowd.ts";
import { inMemory } from "./support/quota-stores.ts";

const { windowMs } = defaultQuotaTimes;
const limit = 450;
/** New callers per second that use the whole quota. */
const whole = (limit * 1000) / windowMs;
const first = ({ results }: { results: readonly GroupResult[] }) => results[0] as GroupResult;
const atSecond = ({ servedAtSecond, second }: GroupResult) => servedAtSecond / second;

describe("for any pattern of arrivals", () => {
  const arrivals = fc.array(
    fc.record({
      tenant: fc.constantFrom({}, { tenant: "a" }, { tenant: "b", share: 2 }),
      caller: fc.integer({ min: 0, max: 30 }),
      afterMs: fc.integer({ min: 0, max: 4_000 }),
      reserve: fc.boolean(),
    }),
    { minLength: 1, maxLength: 300 },
  );

  it("no window holds more calls than the limit", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 12 }), async (events, most) => {
        const bench = await inMemory(most);
        const calls: number[] = [];
        for (const { tenant, caller, afterMs, reserve } of events) {
          bench.clock.now += afterMs;
          const { allowed } = await bench.guard.take({ ...tenant, caller: `c${caller}`, reserve });
          if (allowed) calls.push(bench.clock.now);
        }
        expect(mostIn(windowMs, calls)).toBeLessThanOrEqual(most);
      }),
      { numRuns: 300 },
    );
  });
});

describe("callers who honour Retry-After are served at their second attempt, and the quota is used,", () => {
  const cases: [string, Group[]][] = [
    ["if all do", [{ manner: "honours", perSecond: 1.2 * whole }]],
    [
      "if 90% never come back",
      [
        { manner: "honours", perSecond: 0.3 * whole },
        { manner: "gives up", perSecond: 2.7 * whole },
      ],
    ],
    [
      "if 90% ask again every second",
      [
        { manner: "honours", perSecond: 0.12 * whole },
        { manner: "hammers", perSecond: 1.08 * whole },
      ],
    ],
    [
      "if half of them back off, and give up after some seconds",
      [
        { manner: "honours", perSecond: 0.6 * whole },
        { manner: "backs off", perSecond: 0.6 * whole },
      ],
    ],
  ];
  it.each(cases)("%s", (_name, groups) => {
    const run = runCrowd(limit, groups, 300);
    expect(run.most).toBeLessThanOrEqual(limit);
    expect(run.used).toBeGreaterThan(0.9);
    expect(first(run).second).toBeGreaterThan(100);
    expect(atSecond(first(run))).toBeGreaterThan(0.95);
  });

  it("and callers who ask again and again are not left out", () => {
    expect(runCrowd(limit, [{ manner: "hammers", atOnce: 1_500 }], 130).allowedAt).toHaveLength(1_500);
  });
});

it("places of 2,000 callers who never come back do not keep the quota unused", () => {
  const groups: Group[] = [
    { manner: "gives up", atOnce: 2_000 },
    { manner: "gives up", perSecond: 2 * whole },
  ];
  const { allowedAt } = runCrowd(limit, groups, 150);
  const inMinute = (fromMs: number) => allowedAt.filter((at) => at >= fromMs && at < fromMs + windowMs).length;
  expect(inMinute(windowMs)).toBeGreaterThan(limit / 2);
  expect(inMinute(2 * windowMs)).toBeGreaterThan(0.9 * limit);
});

describe("a tenant that asks for ten times its share", () => {
  const others = Array.from({ length: 9 }, (_, i) => ({ tenant: `t${i}`, perSecond: (0.9 * whole) / 10 }));
  it.each(["honours", "hammers", "gives up", "backs off"] as const)(
    "and %s leaves each of nine others at least 95% of what they ask for within their share",
    (manner) => {
      const groups: Group[] = [
        { manner, tenant: "storm", perSecond: whole },
        ...others.map((other) => ({ manner: "honours" as const, ...other })),
      ];
      const { results, most, used } = runCrowd(limit, groups, 300);
      expect(most).toBeLessThanOrEqual(limit);
      expect(used).toBeGreaterThan(0.9);
      for (const { served, asked } of results.slice(1)) expect(served / asked).toBeGreaterThan(0.95);
    },
  );

  it("leaves a tenant with a larger share that larger share, also if it wakes later", () => {
    const groups: Group[] = [
      { manner: "hammers", tenant: "storm", perSecond: 1.5 * whole },
      { manner: "honours", tenant: "large", share: 300, perSecond: (0.9 * whole * 300) / 450, fromSecond: 60 },
    ];
    const { results } = runCrowd(limit, groups, 300);
    const { served, asked } = results[1] as GroupResult;
    expect(served / asked).toBeGreaterThan(0.95);
  });

  it("gets what the others leave", () => {
    const groups: Group[] = [
      { manner: "honours", tenant: "storm", perSecond: 1.2 * whole },
      { manner: "honours", tenant: "calm", perSecond: 0.05 * whole },
    ];
    const { used, results } = runCrowd(limit, groups, 300);
    expect(used).toBeGreaterThan(0.9);
    expect(first({ results }).served).toBeGreaterThan((0.85 * limit * 180_000) / windowMs);
  });
});

it("one caller does not take the quota of its tenant", async () => {
  const bench = await inMemory(limit);
  const decisions = [];
  for (let i = 0; i < 100; i += 1) decisions.push(await bench.guard.take({ caller: "greedy", reserve: true }));
  expect(decisions.filter((decision) => decision.allowed)).toHaveLength(limit / 10);
});

describe("when 10,000 clients refresh together", () => {
  const shortestMs = Math.ceil(10_000 / limit) * windowMs;

  it("no client asks more than twice, and the last one is served within 1.1 times the shortest time", () => {
    const run = runCrowd(limit, [{ manner: "honours", atOnce: 10_000 }], 900);
    expect(run.allowedAt).toHaveLength(10_000);
    expect(run.mostAttempts).toBe(2);
    expect(run.most).toBeLessThanOrEqual(limit);
    expect(run.allowedAt.at(-1)).toBeLessThan(shortestMs * 1.1);
  });
});
