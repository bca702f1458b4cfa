// Refuses a caller that sends too many requests per minute. The limit of addresses is in address-limit.ts.
import type { FastifyRequest } from "fastify";
import { RateLimiterRes } from "rate-limiter-flexible";
import { callerKey } from "../entra/authenticate.ts";
import { Problem } from "../problems/problem.ts";
import type { Redis } from "../redis/redis.ts";
import { createLimiter } from "./rate-limiter.ts";

/** A hook that counts a request. @throws {Problem} `rate-limited`, with Retry-After, above the limit */
export type RateLimit = (request: FastifyRequest) => Promise<void>;

/** The refusal of a request above a limit. */
export function rateLimited(reason: "caller" | "address", msBeforeNext: number): Problem {
  const seconds = Math.max(Math.ceil(msBeforeNext / 1000), 1);
  return new Problem("rate-limited", { reason, headers: { "retry-after": String(seconds) } });
}

/** Counts by the caller of the validated token: a hook for after authentication. Undefined if the limit is off. */
export function createCallerLimit(perMinute: number, redis: Redis | undefined): RateLimit | undefined {
  if (perMinute === 0) return undefined;
  const limiter = createLimiter({ name: "caller", perMinute, redis });
  return async ({ caller }) => {
    await limiter.consume(callerKey(caller)).catch((refusal: unknown) => {
      throw refusal instanceof RateLimiterRes ? rateLimited("caller", refusal.msBeforeNext) : refusal;
    });
  };
}
