// One contract for both stores of the quota: this process and Redis. The clock stands still unless a test moves it.
import { describe, expect, it } from "vitest";
import { defaultQuotaTimes } from "../src/quota/quota-guard.ts";
import { ask, type Bench, inMemory, inRedis, waitOf } from "./support/quota-stores.ts";
import { hasRedis } from "./support/redis.ts";

const { windowMs, holdMs, keepMs, maxWaitMs } = defaultQuotaTimes;

async function fill(bench: Bench, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) expect(await ask(bench, `first-${i}`)).toEqual({ allowed: true });
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

  it.runIf(canRun)("serves every caller that returns at the given time, or while the reservation is held", async () => {
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
      expect(await ask(bench, "eager")).toEqual({ allowed: false, waitMs: wait - i * 100, reserved: true });
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
    expect(await ask(bench, "retry", false)).toEqual({ allowed: false, waitMs: 0, reserved: false });
    expect(waitOf(await ask(bench, "next"))).toBe(windowMs);
  });

  it.runIf(canRun)("promises nothing beyond the life of a token", async () => {
    const bench = await start(1);
    await fill(bench, 1);
    const turns = [];
    for (let i = 0; i < 120; i += 1) turns.push(await ask(bench, `c${i}`));
    const kept = turns.filter((decision) => !decision.allowed && decision.reserved);
    expect(kept).toHaveLength(1 + Math.floor((maxWaitMs - windowMs) / (windowMs + holdMs)));
    expect(Math.max(...kept.map(waitOf))).toBeLessThanOrEqual(maxWaitMs);
    expect(turns.at(-1)).toMatchObject({ allowed: false, reserved: false });
  });
});
