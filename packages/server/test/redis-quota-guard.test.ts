// What the guard does when Redis loses what it knew, step by step, on a clock that stands still.
import Fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { defaultSilenceTimes } from "../src/quota/local-share.ts";
import { defaultQuotaTimes } from "../src/quota/quota-guard.ts";
import { createRedisQuotaGuard, type RedisQuotaGuard } from "../src/quota/redis-quota-guard.ts";
import { createRedis } from "../src/redis/redis.ts";
import { hasRedis, startRedis } from "./support/redis.ts";

const { log } = Fastify();
const { windowMs } = defaultQuotaTimes;
/** So small that there is no reserve: Redis has allowed every call that is allowed. */
const limit = 18;
const callsKey = "tte:{test}:calls";

async function startTwo(size = limit) {
  const server = await startRedis();
  const clock = {
    own: 0,
    redis: 5_000_000,
    setRedis(byMs: number) {
      this.redis += byMs;
    },
  };
  async function join() {
    const redis = createRedis({ url: server.url, log, commandTimeoutMs: 5_000 });
    await redis.start();
    onTestFinished(() => redis.stop());
    const guard = createRedisQuotaGuard({
      ...{ redis, resource: "test", limit: size, times: defaultQuotaTimes, silence: defaultSilenceTimes, log },
      monotonicNow: () => clock.own,
      serverNow: () => clock.redis + clock.own,
    });
    await guard.report();
    return Object.assign(guard, { redis });
  }
  const [a, b] = [await join(), await join()];
  await a.report();
  return { server, clock, a, b };
}

/** How many calls newcomers get in a row. */
async function spend(guard: RedisQuotaGuard, most = 100): Promise<number> {
  for (let calls = 0; calls < most; calls += 1) {
    if (!(await guard.take({ caller: `c${calls}`, reserve: false })).allowed) return calls;
  }
  return most;
}

describe.runIf(hasRedis)("two instances", () => {
  const losses: [string, (bench: Awaited<ReturnType<typeof startTwo>>) => unknown][] = [
    ["is flushed", ({ server }) => server.command("FLUSHALL")],
    ["loses writes in a failover", ({ server }) => server.command("DEL", callsKey)],
    ["has its clock set ten minutes on", ({ clock }) => clock.setRedis(600_000)],
    ["has its clock set ten minutes back", ({ clock }) => clock.setRedis(-600_000)],
  ];
  it.each(losses)("spend nothing twice when Redis %s", async (_name, lose) => {
    const bench = await startTwo();
    const { a, b } = bench;
    expect([await spend(a, 12), await spend(b, 3)]).toEqual([12, 3]);
    await lose(bench);
    // Neither knows what the other has spent, until both have told Redis.
    expect(await spend(b)).toBe(0);
    for (let i = 0; i < 3; i += 1) for (const guard of [b, a]) await guard.report();
    expect([a.shared, b.shared]).toEqual([true, true]);
    expect((await spend(b)) + (await spend(a))).toBe(limit - 15);
  });

  it("wait for one that does not come back until its calls have left the window", async () => {
    const { server, clock, a, b } = await startTwo();
    expect(await spend(b)).toBe(limit);
    await server.command("FLUSHALL");
    await a.report();
    expect([a.shared, await spend(a)]).toEqual([false, 0]);
    clock.own += windowMs + defaultSilenceTimes.missingAfterMs + 1;
    await a.report();
    await a.report();
    expect(a.shared).toBe(true);
    expect(await spend(a)).toBe(limit);
  });

  it("leave its share to one that has gone silent, a quarter of it after ten minutes, and nothing once it has signed off", async () => {
    const { clock, a, b } = await startTwo();
    async function aloneFor(ms: number) {
      clock.own += ms;
      await a.report();
    }
    await aloneFor(defaultSilenceTimes.missingAfterMs + 1);
    expect(await spend(a)).toBe(limit / 2);
    await aloneFor(defaultSilenceTimes.withholdMs);
    expect(await spend(a)).toBe(limit - Math.floor(limit / 2 / 4));
    await b.stop();
    await aloneFor(windowMs);
    expect(await spend(a)).toBe(limit);
  });

  it("spend nothing twice while they come back from their own shares", async () => {
    const { server, clock, a, b } = await startTwo();
    await server.kill();
    expect([await spend(a), await spend(b)]).toEqual([0, 0]);
    clock.own += windowMs + defaultSilenceTimes.missingAfterMs + 1;
    await server.restart();
    while (!a.redis.available || !b.redis.available) await new Promise((resolve) => setImmediate(resolve));
    await a.report();
    // Reported, but not joined yet: it uses its local share.
    expect(await spend(a, 4)).toBe(4);
    await b.report();
    // Both are there, and b is quiet until a has told of those four, too.
    expect(b.shared).toBe(false);
    expect(await b.take({ caller: "c", reserve: true })).toEqual({ allowed: false, waitMs: 100, reserved: false });
    expect(await spend(a)).toBe(limit / 2 - 4);
    await a.report();
    expect(a.shared).toBe(true);
    expect(await spend(a)).toBe(limit / 2);
    await b.report();
    expect([b.shared, await spend(b)]).toEqual([true, 0]);
  });

  it("keep a reserve for the moment when Redis is lost", async () => {
    const { server, a, b } = await startTwo(200);
    expect(await spend(a, 1_000)).toBe(190);
    await server.kill();
    // Of the reserve of ten a third is b's, and a third stays for an instance that joined in the last second. What a has
    // spent is more than its share already.
    expect([await spend(a), await spend(b)]).toEqual([0, 3]);
  });

  it("spend their even share once nothing that others did before can count any more", async () => {
    const { server, clock, a, b } = await startTwo(200);
    expect(await spend(a, 40)).toBe(40);
    await server.kill();
    expect([await spend(a), await spend(b)]).toEqual([3, 3]);
    clock.own += windowMs + defaultSilenceTimes.missingAfterMs + 1;
    expect([await spend(a, 1_000), await spend(b, 1_000)]).toEqual([95, 95]);
  });
});
