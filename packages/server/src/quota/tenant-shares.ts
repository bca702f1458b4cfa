// How tenants divide the quota.
import { quotaNumbers } from "./waiting-callers.ts";

/** What an active tenant may use, in calls per window. */
export interface TenantShare {
  /** What is its own. */
  readonly own: number;
  /** What it may use of the whole. */
  readonly usable: number;
  /** The most calls of all tenants together up to which it may make one. */
  readonly most: number;
}

/**
 * Divides the capacity between the tenants that ask.
 *
 * @param limit what given shares are parts of
 * @param share what was given to this tenant, and `shares` to all that ask, this one included
 * @param used calls of this tenant that count now, and `usedByAll` those of all
 */
export function divide(
  capacity: number,
  limit: number,
  shares: readonly (number | undefined)[],
  share: number | undefined,
  used: number,
  usedByAll: number,
): TenantShare {
  if (shares.length === 1) return { own: capacity, usable: capacity, most: capacity };
  const given = shares.reduce<number>((sum, one = 0) => sum + one, 0);
  const without = shares.filter((one) => one === undefined).length;
  const left = without > 0 ? Math.max(limit - given, limit / 10) : 0;
  const own = (capacity * (share ?? left / without)) / (given + left);
  // The last free calls are for tenants that have not used their share.
  const lent = capacity - Math.ceil(quotaNumbers.spareForTenants * capacity);
  return { own, usable: Math.max(own, lent - (usedByAll - used)), most: used < own ? capacity : lent };
}
