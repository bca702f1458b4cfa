// Requests per minute of one caller and of one address. The only file that talks to rate-limiter-flexible.
import type { FastifyRequest } from "fastify";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { callerKey } from "../entra/authenticate.ts";
import { Problem } from "../problems/problem.ts";
import type { Redis } from "../redis/redis.ts";
import { addressKey } from "./address-key.ts";

/** A hook that counts a request. @throws {Problem} `rate-limited`, with Retry-After, above the limit */
export type RateLimit = (request: FastifyRequest) => Promise<void>;

const windowSeconds = 60;

interface RateLimitNeeds {
  /** Sets the counters of one limit apart from those of others. */
  name: "caller" | "address";
  /** Requests a minute of one key; 0 for no limit. */
  perMinute: number;
  /** Where all instances count together; without it each process counts alone. */
  redis: Redis | undefined;
}

/** Without Redis, or while it is away, each instance counts alone: a caller then has the limit once on each. */
function createLimiter({ name, perMinute, redis }: RateLimitNeeds) {
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
    ...{ storeClient, useRedisPackage: true, insuranceLimiter: memory },
    inMemoryBlockOnConsumed: perMinute + 1,
  });
}

function createRateLimit(needs: RateLimitNeeds, keyOf: (request: FastifyRequest) => string): RateLimit | undefined {
  if (needs.perMinute === 0) return undefined;
  const limiter = createLimiter(needs);
  return async (request) => {
    try {
      await limiter.consume(keyOf(request));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(Math.ceil(refusal.msBeforeNext / 1000), 1);
      throw new Problem("rate-limited", { reason: needs.name, headers: { "retry-after": String(seconds) } });
    }
  };
}

/** Counts by the caller of the validated token: a hook for after authentication. Undefined where the limit is off. */
export const createCallerLimit = (perMinute: number, redis: Redis | undefined): RateLimit | undefined =>
  createRateLimit({ name: "caller", perMinute, redis }, ({ caller }) => callerKey(caller));

/** Counts by address: a hook for before authentication. Undefined where the limit is off. */
export const createAddressLimit = (perMinute: number, redis: Redis | undefined): RateLimit | undefined =>
  createRateLimit({ name: "address", perMinute, redis }, ({ ip }) => addressKey(ip));
