// Counts requests per minute, in this process or in Redis.
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import type { Redis } from "../redis/redis.ts";

const windowSeconds = 60;

export interface RateLimitOptions {
  /** Sets the counters of one limit apart from those of others. */
  name: "caller" | "address";
  /** Requests a minute of one key; 0 for no limit. */
  perMinute: number;
  /** Where all instances count together; without it each process counts alone. */
  redis: Redis | undefined;
}

/** Without Redis, or while it is away, each instance counts alone: a caller then has the limit once on each. */
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
