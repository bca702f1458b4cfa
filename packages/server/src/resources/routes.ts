// Which of several ACS resources serves a user. The choice depends only on the user, the tenant and the names of the resources, so
// all instances agree without a store, and adding a resource moves only the users that it gets (rendezvous hashing).
import { hash } from "node:crypto";
import type { Resource, Routes } from "./tenant.ts";

/** A resource of a tenant, and how it takes part. */
export interface Candidate {
  readonly resource: Resource;
  /** How many users it gets, compared with the others. */
  readonly weight: number;
  /** It gets no new users. */
  readonly isDraining: boolean;
}

/** Who holds a token of which resource, in this process. It outlives a reload. */
export interface HeldTokens {
  /** The resource whose token the user holds, if it has not expired. */
  of(user: string): string | undefined;
  note(user: string, resource: string, untilMs: number): void;
}

/** Users whose last token is remembered; about 30 MB. */
const maxHeld = 200_000;

/** Makes the memory. @param now the time, in milliseconds since 1970 */
export function createHeldTokens(now: () => number, most = maxHeld): HeldTokens {
  const held = new Map<string, { readonly resource: string; readonly untilMs: number }>();
  return {
    of(user) {
      const last = held.get(user);
      return last && last.untilMs > now() ? last.resource : undefined;
    },
    note(user, resource, untilMs) {
      // The order of the map is that of the last tokens, so the first one is the oldest.
      held.delete(user);
      held.set(user, { resource, untilMs });
      const [oldest] = held;
      if (oldest && (held.size > most || oldest[1].untilMs <= now())) held.delete(oldest[0]);
    },
  };
}

/** A number above 0 and below 1 that looks random, always the same for the same text. */
const uniform = (text: string) => (hash("sha256", text, "buffer").readUIntBE(0, 6) + 0.5) / 2 ** 48;

/**
 * The weighted score of a resource for a user; the highest one wins. With it, each resource wins in proportion to its weight
 * (Schindelhauer and Schomaker, "Weighted distributed hash tables").
 */
const scoreOf = (user: string, { resource, weight }: Candidate) =>
  -weight / Math.log(uniform(`${user}:${resource.name}`));

interface RoutesOptions {
  readonly tenantId: string;
  /** At least one is not draining. */
  readonly candidates: readonly Candidate[];
  /** Whether a resource whose circuit breaker is open is passed over. */
  readonly failover: boolean;
  readonly held: HeldTokens;
}

/**
 * Makes the routes of a tenant. A user who holds a token of a draining resource stays there as long as the token lives: only this
 * process knows it, so after a restart or on another instance the user moves with the next refresh.
 */
export function createRoutes({ tenantId, candidates, failover, held }: RoutesOptions): Routes {
  const active = candidates.filter(({ isDraining }) => !isDraining);
  const draining = candidates.filter(({ isDraining }) => isDraining);
  const isUsable = ({ resource }: Candidate) => !(failover && resource.identity.resilience.isOpen);

  function best(user: string, among: readonly Candidate[]): Candidate | undefined {
    let winner: Candidate | undefined;
    let highest = 0;
    for (const candidate of among) {
      const score = scoreOf(user, candidate);
      if (score > highest) [winner, highest] = [candidate, score];
    }
    return winner;
  }

  return {
    resourceOf(objectId) {
      const user = `${tenantId}:${objectId}`;
      const name = draining.length > 0 ? held.of(user) : undefined;
      const keeper = name === undefined ? undefined : draining.find(({ resource }) => resource.name === name);
      const chosen =
        (keeper && isUsable(keeper) ? keeper : undefined) ?? best(user, active.filter(isUsable)) ?? best(user, active);
      return (chosen as Candidate).resource;
    },
    served(objectId, { name = "" }, expiresOn) {
      held.note(`${tenantId}:${objectId}`, name, expiresOn.getTime());
    },
  };
}
