// The quota as the settings ask for it: none, of this process, or shared through Redis by all instances.
import type { FastifyBaseLogger } from "fastify";
import type { Telemetry } from "../observability/telemetry.ts";
import type { Redis } from "../redis/redis.ts";
import { createExchangeQuota, type ExchangeQuota } from "./exchange-quota.ts";
import { defaultSilenceTimes } from "./local-share.ts";
import { measureQuota } from "./measured-quota.ts";
import { defaultQuotaTimes, type QuotaTimes } from "./quota-guard.ts";
import { createMemoryQuotaGuard } from "./quota-window.ts";
import { createRedisQuotaGuard } from "./redis-quota-guard.ts";

interface QuotaOptions {
  /** Exchanges in any window, of all instances together. 0 for no limit. */
  limit: number;
  times: QuotaTimes | undefined;
  /** Names the quota in Redis: instances that share an ACS resource share it. */
  resource: string;
  redis: Redis | undefined;
  telemetry: Telemetry;
  /** Milliseconds that only ever grow. */
  monotonicNow: () => number;
  log: FastifyBaseLogger;
}

/** A quota that reports to Redis, if there is one, between `start` and `stop`. */
export interface RunningQuota extends ExchangeQuota {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds the quota. Nothing is sent to Redis before `start`. */
export function createQuota(options: QuotaOptions): RunningQuota {
  const { limit, times = defaultQuotaTimes, resource, redis, telemetry, monotonicNow, log } = options;
  const shared =
    redis && createRedisQuotaGuard({ redis, resource, limit, times, silence: defaultSilenceTimes, monotonicNow, log });
  const guard = limit === 0 ? undefined : (shared ?? createMemoryQuotaGuard({ limit, times, monotonicNow }));
  const measured = guard && measureQuota(guard, { telemetry, limit, windowMs: times.windowMs, monotonicNow });
  return {
    ...createExchangeQuota(measured, Math.random),
    async start() {
      await shared?.start();
    },
    async stop() {
      await shared?.stop();
    },
  };
}
