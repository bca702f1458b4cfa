// Several instances on one virtual clock that spend all they can, while something happens to their real Redis.
import { setImmediate as nextTurn } from "node:timers/promises";
import Fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { defaultSilenceTimes } from "../src/quota/local-share.ts";
import { defaultQuotaTimes } from "../src/quota/quota-guard.ts";
import { createRedisQuotaGuard } from "../src/quota/redis-quota-guard.ts";
import { createRedis } from "../src/redis/redis.ts";
import { mostIn } from "./support/quota-crowd.ts";
import { hasRedis, startCluster, startRedis, type TestRedis } from "./support/redis.ts";

const { log } = Fastify({ logger: { level: "silent" } });
const limit = 100;
const { windowMs } = defaultQuotaTimes;
const stepMs = 500;
/** The second at which it happens, and the one at which it is over. */
const [fromSecond, toSecond, endSecond] = [40, 85, 150];

async function startInstances(url: string, count: number) {
  const clock = { now: 0 };
  async function join() {
    const redis = createRedis({ url, log, commandTimeoutMs: 1_000 });
    await redis.start();
    onTestFinished(() => redis.stop());
    while (!redis.available) await nextTurn();
    const guard = createRedisQuotaGuard({
      ...{ redis, resource: "test", limit, times: defaultQuotaTimes, silence: defaultSilenceTimes, log },
      monotonicNow: () => clock.now,
      serverNow: () => 5_000_000 + clock.now,
    });
    await guard.report();
    return { redis, guard };
  }
  const instances = await Promise.all(Array.from({ length: count }, join));
  for (let round = 0; round < 2; round += 1) for (const { guard } of instances) await guard.report();
  return { clock, instances };
}

/** Returns when all instances were allowed a call. */
async function spendAll(
  { clock, instances }: Awaited<ReturnType<typeof startInstances>>,
  steps: ReadonlyMap<number, () => unknown>,
): Promise<number[]> {
  const allowedAt: number[] = [];
  for (; clock.now < endSecond * 1000; clock.now += stepMs) {
    await steps.get(clock.now / 1000)?.();
    for (const { guard } of instances) {
      if (clock.now % 1000 === 0) await guard.report();
      for (let refused = 0, i = 0; refused < 1; i += 1) {
        const decision = await guard.take({ tenant: `t${i % 2}`, caller: `c${clock.now}-${i}`, reserve: false });
        if (decision.allowed) allowedAt.push(clock.now);
        else refused += 1;
      }
    }
  }
  return allowedAt;
}

const faults: [string, (redis: TestRedis) => unknown, ((redis: TestRedis) => unknown)?][] = [
  ["is killed, and starts again empty", (redis) => redis.kill(), (redis) => redis.restart()],
  ["is flushed", (redis) => redis.command("FLUSHALL")],
  ["does not answer for a while", (redis) => redis.freeze(), (redis) => redis.thaw()],
];

describe.runIf(hasRedis).each([1, 2, 4])("%i instances", (count) => {
  it.each(faults)("spend most of the limit and never more, when Redis %s", async (_name, harm, heal) => {
    const server = await startRedis();
    const bench = await startInstances(server.url, count);
    const backAgain = async () => {
      await heal?.(server);
      while (bench.instances.some(({ redis }) => !redis.available)) await nextTurn();
    };
    const steps = new Map<number, () => unknown>([
      [fromSecond, () => harm(server)],
      [toSecond, backAgain],
    ]);
    const allowedAt = await spendAll(bench, steps);
    expect(mostIn(windowMs, allowedAt)).toBeLessThanOrEqual(limit);
    const inWindowFrom = (ms: number) => allowedAt.filter((at) => at >= ms && at < ms + windowMs).length;
    expect(inWindowFrom(0)).toBeGreaterThanOrEqual(0.9 * limit);
    expect(inWindowFrom(endSecond * 1000 - windowMs)).toBeGreaterThanOrEqual(0.9 * limit);
  });
});

describe.runIf(hasRedis)("two instances with a cluster", () => {
  it.each([1, 3])("of %i share the limit without one change of availability", async (nodes) => {
    const [server] = await startCluster(nodes);
    const bench = await startInstances(server?.url ?? "", 2);
    const states = new Set<boolean>();
    const steps = new Map<number, () => unknown>();
    for (let second = 0; second < endSecond; second += 1)
      steps.set(second, () => states.add(bench.instances.every(({ redis, guard }) => redis.available && guard.shared)));
    const allowedAt = await spendAll(bench, steps);
    expect(mostIn(windowMs, allowedAt)).toBeLessThanOrEqual(limit);
    expect(allowedAt.length).toBeGreaterThanOrEqual(0.9 * limit * Math.floor((endSecond * 1000) / windowMs));
    expect([...states]).toEqual([true]);
  });
});
