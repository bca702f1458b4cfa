// Only the instance's side of the guard: what it reports to Redis, when it decides without it, which calls are its own. Redis's answers are
// the test's here; what Redis makes of it all is tested with a real one in test/redis-quota-guard.test.ts.
import { describe, expect, it } from "vitest";
import { reserveShare, spend, start, startJoined } from "../../test/support/quota-guard.ts";
import { RedisUnavailable } from "../redis/redis.ts";
import { defaultSilenceTimes } from "./local-share.ts";
import { allowed, defaultQuotaTimes, later } from "./quota-guard.ts";

const { windowMs } = defaultQuotaTimes;
const { missingAfterMs } = defaultSilenceTimes;

describe("tells Redis", () => {
  it("under the name of its ACS resource, in one slot of a cluster, and by epoch what is lost with the state", async () => {
    const { fake, guard } = await startJoined();
    await guard.take({ tenant: "t", caller: "c", reserve: true });
    const names = ["calls", "instances", "state", "e1:tenants", "e1:calls:t", "e1:places:t", "e1:calls:t:c"];
    expect([...fake.keys]).toEqual(names.map((name) => `tte:{acs.example}:${name}`));
  });

  it("at first that it knows of no state, expects only itself, has no calls and is not quiet", async () => {
    const { fake } = await startJoined();
    const [first, second] = fake.reports;
    expect(first).toMatchObject({ epoch: "", expected: 1, quiet: false, told: [] });
    expect([first?.now, first?.due]).toEqual([undefined, undefined]);
    expect(first?.newEpoch).toMatch(/^[\da-f-]{36}$/);
    expect(second).toMatchObject({ epoch: "e1", instance: first?.instance });
  });

  it("what its clock should say, by the steady one", async () => {
    const { fake, guard, clock } = await startJoined();
    clock.now = 500;
    await guard.report();
    expect(fake.reports.at(-1)).toMatchObject({ due: 1_000_500 });
  });

  it("its last call, until a second before that leaves the window", async () => {
    const { fake, clock, take } = await startJoined();
    for (const now of [0, windowMs - 1_001, 2 * windowMs - 2_001]) {
      clock.now = now;
      await take();
    }
    expect(fake.calls.map(({ last }) => last)).toEqual([undefined, fake.calls[0]?.id, undefined]);
  });

  it("the caller, its tenant with the share, and whether it wants a place", async () => {
    const { fake, guard, take } = await startJoined();
    await take("one", true);
    await guard.take({ tenant: "t", share: 5, caller: "two", reserve: false });
    expect(fake.calls.map(({ tenant, share, caller, promise }) => [tenant, share, caller, promise])).toEqual([
      ["", undefined, "one", true],
      ["t", 5, "two", false],
    ]);
  });

  it("of the calls that it allowed without Redis, once, with their age, as long as they count", async () => {
    const bench = await startJoined();
    const { fake, clock, guard } = bench;
    fake.fails = true;
    expect(await spend(bench)).toBe(reserveShare);
    clock.now = 100;
    expect(await spend(bench)).toBe(0);
    fake.fails = false;
    fake.stage = "0";
    await guard.report();
    expect(fake.reports.at(-1)?.told.filter((_value, i) => i % 2 === 1)).toEqual(["100", "100", "100"]);
    await guard.report();
    expect(fake.reports.at(-1)?.told).toEqual([]);
  });

  it.each([
    [windowMs - 1, reserveShare],
    [windowMs, 0],
  ])("of calls of %i ms ago: %i", async (ageMs, told) => {
    const bench = await startJoined();
    const { fake, clock, guard } = bench;
    fake.fails = true;
    await spend(bench);
    clock.now = ageMs;
    fake.fails = false;
    await guard.report();
    expect(fake.reports.at(-1)?.told).toHaveLength(2 * told);
  });

  it("of all its calls again when Redis has begun another state", async () => {
    const bench = await startJoined();
    const { fake, guard } = bench;
    await spend(bench, 2);
    fake.epoch = "e2";
    await guard.report();
    const [before, after] = fake.reports.slice(-2);
    const made = fake.calls.map(({ id }) => id);
    expect(before?.told).toEqual([]);
    expect(after).toMatchObject({ epoch: "e2" });
    expect(after?.told).toEqual([made[0], "0", made[1], "0"]);
  });
});

describe("decides without Redis", () => {
  it("nothing, before it ever reached Redis", async () => {
    const { take } = start();
    expect(await take()).toEqual(later(windowMs, false));
  });

  it("not while Redis decides, even in the middle of a report", async () => {
    const { fake, guard, take } = await startJoined();
    const { promise, resolve } = Promise.withResolvers<void>();
    fake.gate = promise;
    const reporting = guard.report();
    fake.gate = Promise.resolve();
    expect(await take()).toEqual(allowed);
    resolve();
    await reporting;
    expect(guard.shared).toBe(true);
  });

  it("not while it tells Redis its calls: the caller comes back in a moment", async () => {
    const { fake, guard, take } = start();
    const { promise, resolve } = Promise.withResolvers<void>();
    fake.gate = promise;
    const reporting = guard.report();
    expect(await take()).toEqual(later(100, false));
    resolve();
    await reporting;
    expect(await take()).toEqual(allowed);
  });

  it("when a report fails", async () => {
    const { fake, guard, logged } = await startJoined();
    fake.fails = true;
    await guard.report();
    expect(guard.shared).toBe(false);
    expect(logged.at(-1)).toEqual([{ why: "redis unavailable", instances: 2 }, "quota guard on its local share"]);
  });

  it("when Redis is known to be away, and does not ask it", async () => {
    const bench = await startJoined();
    const { fake, guard, logged } = bench;
    fake.available = false;
    const asked = fake.reports.length;
    await guard.report();
    expect([guard.shared, fake.reports.length]).toEqual([false, asked]);
    expect(await spend(bench)).toBe(reserveShare);
    expect(logged.at(-1)?.[0]).toEqual({ why: "redis unavailable", instances: 2 });
  });

  it("when a call fails and Redis is away", async () => {
    const { fake, take, logged } = await startJoined();
    fake.gate = Promise.reject(new RedisUnavailable("failed"));
    const asked = take();
    fake.available = false;
    expect(await asked).toEqual(allowed);
    expect(logged.at(-1)?.[0]).toEqual({ why: "redis unavailable", instances: 2 });
  });

  it("when Redis does not know it any more, once asking again has not helped", async () => {
    const { fake, guard, take, logged } = await startJoined();
    fake.decision = ["rejoin", 1_000_000];
    fake.stage = "0";
    expect(await take()).toEqual(allowed);
    expect(fake.calls).toHaveLength(1);
    expect(guard.shared).toBe(false);
    expect(logged.at(-1)?.[0]).toEqual({ why: "state lost", instances: 2 });
  });

  it("not when it could join again immediately: then Redis is asked a second time, and no third", async () => {
    const { fake, take } = await startJoined();
    fake.decision = ["rejoin", 1_000_000];
    expect(await take()).toEqual(later(100, false));
    expect(fake.calls).toHaveLength(2);
  });

  it.each([
    ["of the same name is not whole", { stage: "0" }],
    ["of the same name asks for quiet", { stage: "quiet" }],
    ["is another one", { epoch: "e2", stage: "0" }],
  ])("when the state %s", async (_name, answer) => {
    const { fake, guard, logged } = await startJoined();
    Object.assign(fake, answer);
    await guard.report();
    expect(guard.shared).toBe(false);
    expect(logged.at(-1)?.[0]).toEqual({ why: "state lost", instances: 2 });
  });

  it("and says so once, as it says once that Redis decides again", async () => {
    const { fake, guard, logged } = await startJoined();
    await guard.report();
    fake.fails = true;
    await guard.report();
    await guard.report();
    fake.fails = false;
    await guard.report();
    await guard.report();
    expect(logged.map(([, text]) => text)).toEqual([
      "quota guard shared through redis",
      "quota guard on its local share",
      "quota guard shared through redis",
    ]);
    expect(logged[0]?.[0]).toEqual({ instances: 2 });
  });
});

describe("has as its own", () => {
  it("calls that Redis allowed, if they count when others take it for silent", async () => {
    const bench = await startJoined();
    const { clock, fake } = bench;
    const lostAt = 29_000;
    const lastToLeave = lostAt + missingAfterMs - windowMs;
    clock.now = lastToLeave;
    expect(await spend(bench, 30)).toBe(30);
    clock.now = lastToLeave + 1;
    expect(await spend(bench, 20)).toBe(20);
    clock.now = lostAt;
    fake.fails = true;
    expect(await spend(bench)).toBe(0);
    clock.now = lostAt + missingAfterMs;
    // The thirty have left the window; the twenty may be made again once they have.
    expect(await spend(bench)).toBe(reserveShare);
    clock.now += 1;
    expect(await spend(bench)).toBe(20);
  });

  it("none that it allowed without Redis when it lost Redis the last time", async () => {
    const bench = await startJoined();
    const { fake, guard } = bench;
    fake.fails = true;
    expect(await spend(bench)).toBe(reserveShare);
    fake.fails = false;
    await guard.report();
    fake.fails = true;
    expect(await spend(bench)).toBe(0);
  });

  it("no more than at first, once it was asked to be quiet and lost Redis again", async () => {
    const bench = await startJoined();
    const { fake, guard, clock, take } = bench;
    fake.fails = true;
    await guard.report();
    clock.now += windowMs + missingAfterMs + 1;
    fake.fails = false;
    fake.stage = "quiet";
    await guard.report();
    expect(await take()).toEqual(later(100, false));
    expect(fake.reports.slice(-2).map(({ quiet }) => quiet)).toEqual([false, true]);
    fake.fails = true;
    await guard.report();
    expect(await spend(bench)).toBe(reserveShare);
  });
});
