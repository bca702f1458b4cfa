// Identical exchanges in flight share one call to ACS: a page that asks fifty times at once costs one.
import { hash } from "node:crypto";
import type { Caller } from "@teams-token-exchange/rules";
import { untilAborted } from "./until-aborted.ts";

/** The same caller, through the same client, with the same Teams token. The token itself is not kept. */
export function exchangeKey({ tenantId, objectId, clientId }: Caller, teamsToken: string): string {
  const digest = hash("sha256", teamsToken, "base64url");
  return [tenantId, objectId, clientId, digest].join(" ");
}

/**
 * The outcome of the work under way for this key, started if there is none; a failure is shared like a value, and nothing is
 * kept once it ended. The signal, if any, ends only this wait: it rejects with the signal's reason, and the others still get
 * their outcome.
 */
export type Coalesce<Value> = (key: string, work: () => Promise<Value>, signal?: AbortSignal) => Promise<Value>;

/** Makes one; what it shares lives in this process. */
export function createCoalesce<Value>(): Coalesce<Value> {
  const underWay = new Map<string, Promise<Value>>();
  return (key, work, signal) => {
    let outcome = underWay.get(key);
    if (!outcome) {
      outcome = work().finally(() => underWay.delete(key));
      // All who waited may have left by the time it fails.
      outcome.catch(() => {});
      underWay.set(key, outcome);
    }
    return signal ? untilAborted(outcome, signal) : outcome;
  };
}
