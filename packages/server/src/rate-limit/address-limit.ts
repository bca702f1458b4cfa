// Refuses an address that sends too many requests per minute. Anyone can send from any number of addresses, so they are counted
// in bounded memory; see window-counts.ts.
import { RateLimiterRes } from "rate-limiter-flexible";
import type { Redis } from "../redis/redis.ts";
import { addressKeys } from "./address-key.ts";
import { type RateLimit, rateLimited } from "./rate-limit.ts";
import { createSharedLimiter } from "./rate-limiter.ts";
import { createWindowCounts } from "./window-counts.ts";

/** How many times the limit a site has: the /48 of IPv6, which has 65,536 subscribers' networks to send from. */
const timesForSite = 16;

/** Counts one key. @throws {Problem} `rate-limited` */
type Count = (key: string) => Promise<void>;

/**
 * Counts by address: a hook for before authentication. Undefined if the limit is off.
 *
 * @param perMinute requests per minute; 0 for no limit
 * @param redis all instances count together in it
 * @param monotonicNow milliseconds that only ever grow
 */
export function createAddressLimit(
  perMinute: number,
  redis: Redis | undefined,
  monotonicNow: () => number,
): RateLimit | undefined {
  if (perMinute === 0) return undefined;

  function createCount(limit: number): Count {
    const counts = createWindowCounts(monotonicNow);
    const shared = redis && createSharedLimiter({ name: "address", perMinute: limit }, redis);
    return async (key) => {
      // What is above the limit is refused from memory: a flood costs Redis nothing.
      const { count, msBeforeNext } = counts.add(key);
      if (count > limit) throw rateLimited("address", msBeforeNext);
      await shared?.consume(key).catch((refusal: unknown) => {
        // While Redis is down, each instance has its own counts.
        if (refusal instanceof RateLimiterRes) throw rateLimited("address", refusal.msBeforeNext);
      });
    };
  }

  const countAddress = createCount(perMinute);
  const countSite = createCount(perMinute * timesForSite);
  return async ({ ip }) => {
    const { address, site } = addressKeys(ip);
    await countAddress(address);
    if (site !== undefined) await countSite(site);
  };
}
