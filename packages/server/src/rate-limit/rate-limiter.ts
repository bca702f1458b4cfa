// Counts requests per minute, in this process or in Redis.
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import type { Redis } from "../redis/redis.ts";

const windowSeconds = 60;

export interface RateLimitOptions {
  /** Sets the counters of one limit apart from those of others. */
  name: "caller" | "address";
  /** Requests per minute and key; 0 for no limit. */
  perMinute: number;
  /** All instances count together in it. Without it each process counts its own requests. */
  redis: Redis | undefined;
}

/** Without Redis, or while it is down, each instance counts its own requests, and a caller has the limit on each of them. */
export function createLimiter({ name, perMinute, redis }: RateLimitOptions) {
  const limit = { keyPrefix: `tte:${name}`, points: perMinute, duration: windowSeconds };
  const memory = new RateLimiterMemory(limit);
  if (!redis) return memory;
  // What is above the limit is refused from memory: a flood costs Redis nothing.
  const storeClient = {
    eval: (script: string, { keys, arguments: values }: { keys: string[]; arguments: string[] }) =>
      redis.run(script, keys, values),
  };
  return new RateLimiterRedis({
    ...limit,
    storeClient,
    useRedisPackage: true,
    insuranceLimiter: memory,
    inMemoryBlockOnConsumed: perMinute + 1,
  });
}
