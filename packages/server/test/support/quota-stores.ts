// The quota guard over both of its stores, on a clock that stands still unless a test moves it.
import Fastify from "fastify";
import { onTestFinished } from "vitest";
import { defaultSilenceTimes } from "../../src/quota/local-share.ts";
import { defaultQuotaTimes, type QuotaDecision, type QuotaGuard } from "../../src/quota/quota-guard.ts";
import { createMemoryQuotaGuard } from "../../src/quota/quota-window.ts";
import { createRedisQuotaGuard } from "../../src/quota/redis-quota-guard.ts";
import { createRedis } from "../../src/redis/redis.ts";
import { startRedis } from "./redis.ts";

const { log } = Fastify();

export interface Bench {
  guard: QuotaGuard;
  /** Milliseconds from the start. */
  clock: { now: number };
}

export async function inMemory(limit: number): Promise<Bench> {
  const clock = { now: 0 };
  const guard = createMemoryQuotaGuard({ limit, times: defaultQuotaTimes, monotonicNow: () => clock.now });
  return { guard, clock };
}

export async function inRedis(limit: number): Promise<Bench> {
  const { url } = await startRedis();
  return benchIn(url, "contract", limit);
}

/** One in this Redis, under this name. */
export async function benchIn(url: string, resource: string, limit: number, clock = { now: 0 }): Promise<Bench> {
  const redis = createRedis({ url, log, commandTimeoutMs: 5_000 });
  onTestFinished(() => redis.stop());
  await redis.start();
  const guard = createRedisQuotaGuard({
    ...{ redis, resource, limit, times: defaultQuotaTimes, silence: defaultSilenceTimes, log },
    monotonicNow: () => clock.now,
    serverNow: () => 1_000_000 + clock.now,
  });
  // Joined once and then not reported again: the clock of these tests jumps, and a report takes real time.
  await guard.report();
  return { guard, clock };
}

export const ask = (bench: Bench, caller: string, reserve = true): Promise<QuotaDecision> =>
  bench.guard.take({ caller, reserve });
export const waitOf = (decision: QuotaDecision) => (decision.allowed ? 0 : decision.waitMs);
