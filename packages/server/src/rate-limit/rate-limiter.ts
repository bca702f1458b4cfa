// Counts requests per minute, in this process or in Redis.
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import type { Redis } from "../redis/redis.ts";

export interface RateLimitOptions {
  /** Sets the counters of one limit apart from those of others. */
  name: "caller" | "address";
  /** Requests per minute and key. */
  perMinute: number;
}

const limitOf = ({ name, perMinute }: RateLimitOptions) => ({
  keyPrefix: `tte:${name}`,
  points: perMinute,
  duration: 60,
});

const storeClient = (redis: Redis) => ({
  eval: (script: string, { keys, arguments: values }: { keys: string[]; arguments: string[] }) =>
    redis.run(script, keys, values),
});

/** Counts of all instances together. Rejects with Redis's error while it is down. */
export const createSharedLimiter = (options: RateLimitOptions, redis: Redis): RateLimiterRedis =>
  new RateLimiterRedis({ ...limitOf(options), storeClient: storeClient(redis), useRedisPackage: true });

/** Without Redis, or while it is down, each instance counts its own requests, and a caller has the limit on each of them. */
export function createLimiter({ redis, ...options }: RateLimitOptions & { redis: Redis | undefined }) {
  const limit = limitOf(options);
  const memory = new RateLimiterMemory(limit);
  if (!redis) return memory;
  return new RateLimiterRedis({
    ...limit,
    storeClient: storeClient(redis),
    useRedisPackage: true,
    insuranceLimiter: memory,
    // What is above the limit is refused from memory: a flood costs Redis nothing.
    inMemoryBlockOnConsumed: options.perMinute + 1,
  });
}
