// Refuses a caller or an address that sends too many requests per minute.
import type { FastifyRequest } from "fastify";
import { RateLimiterRes } from "rate-limiter-flexible";
import { callerKey } from "../entra/authenticate.ts";
import { Problem } from "../problems/problem.ts";
import type { Redis } from "../redis/redis.ts";
import { addressKey } from "./address-key.ts";
import { createLimiter, type RateLimitOptions } from "./rate-limiter.ts";

/** A hook that counts a request. @throws {Problem} `rate-limited`, with Retry-After, above the limit */
export type RateLimit = (request: FastifyRequest) => Promise<void>;

function createRateLimit(options: RateLimitOptions, keyOf: (request: FastifyRequest) => string): RateLimit | undefined {
  if (options.perMinute === 0) return undefined;
  const limiter = createLimiter(options);
  return async (request) => {
    try {
      await limiter.consume(keyOf(request));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(Math.ceil(refusal.msBeforeNext / 1000), 1);
      throw new Problem("rate-limited", { reason: options.name, headers: { "retry-after": String(seconds) } });
    }
  };
}

/** Counts by the caller of the validated token: a hook for after authentication. Undefined if the limit is off. */
export const createCallerLimit = (perMinute: number, redis: Redis | undefined): RateLimit | undefined =>
  createRateLimit({ name: "caller", perMinute, redis }, ({ caller }) => callerKey(caller));

/** Counts by address: a hook for before authentication. Undefined if the limit is off. */
export const createAddressLimit = (perMinute: number, redis: Redis | undefined): RateLimit | undefined =>
  createRateLimit({ name: "address", perMinute, redis }, ({ ip }) => addressKey(ip));
