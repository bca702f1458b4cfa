// What stands between a request and a failing ACS: one retry within a budget, a circuit breaker, a limit on simultaneous calls,
// and no calls for as long as ACS asked for.
import { setTimeout as pause } from "node:timers/promises";
import CircuitBreaker from "opossum";
import type { AcsIdentity, AcsOutcome, TeamsTokenExchange } from "./acs-failure.ts";
import { breakerOptions, circuitOpen, createOutageJudge, outage } from "./circuit-breaker.ts";
import type { Resilience, ResilienceOptions, ResilientIdentity } from "./resilience-types.ts";

const callsPerRetry = 10;
const maxSaved = 10; // A long calm must not save up for a storm of retries.

/**
 * A budget of one retry per ten calls, so that retries never make an outage worse. The first retry comes in advance, because
 * a quiet server may repeat its first call too, and the next ten calls pay for it.
 */
export function createRetryBudget() {
  let credit = 1;
  let debt = 1;
  return {
    /** Counts a first call. */
    called(): void {
      const earned = 1 / callsPerRetry;
      if (debt > 0) debt = Math.max(0, debt - earned);
      else credit = Math.min(maxSaved, credit + earned);
    },
    /** Whether one more call may be made. If so, it is taken from the budget. */
    take(): boolean {
      // Ten additions of a tenth do not quite make one.
      if (credit < 1 - 1e-9) return false;
      credit -= 1;
      return true;
    },
  };
}

/** Only calls that probably never reached ACS, or failed in it for no reason of ours. */
const isWorthRepeating = (outcome: AcsOutcome<unknown>) => !outcome.ok && outcome.reason === "unavailable";

/** Makes one. What it knows about ACS stays in this process. */
export function createResilience({ maxInFlight, monotonicNow }: ResilienceOptions): Resilience {
  const retryBudget = createRetryBudget();
  let inFlight = 0;
  let silentUntil = Number.NEGATIVE_INFINITY;
  const countsAsOutage = createOutageJudge(monotonicNow);
  const breaker = new CircuitBreaker((work: () => Promise<void>) => work(), { ...breakerOptions });

  async function attempt<Value>(call: () => Promise<AcsOutcome<Value>>, caller: string): Promise<AcsOutcome<Value>> {
    if (inFlight >= maxInFlight) return { ok: false, reason: "saturated", retryAfterSeconds: 1 };
    inFlight += 1;
    let outcome: AcsOutcome<Value> | undefined;
    const counted = async () => {
      outcome = await call();
      if (!outcome.ok && countsAsOutage(outcome, caller)) throw outage;
    };
    await breaker.fire(counted).catch(() => {});
    inFlight -= 1;
    if (outcome === undefined) return circuitOpen;
    if (!outcome.ok && outcome.reason === "busy") {
      silentUntil = Math.max(silentUntil, monotonicNow() + (outcome.retryAfterSeconds ?? 1) * 1000);
    }
    return outcome;
  }

  return {
    get isSaturated() {
      return inFlight >= maxInFlight;
    },
    get isOpen() {
      return breaker.opened;
    },
    stop: () => breaker.shutdown(),
    async run(call, abortSignal, mayRepeat, caller) {
      const silentMs = silentUntil - monotonicNow();
      if (silentMs > 0) return { ok: false, reason: "busy", retryAfterSeconds: Math.ceil(silentMs / 1000) };
      retryBudget.called();
      const first = await attempt(call, caller);
      if (!isWorthRepeating(first) || !retryBudget.take() || !(await mayRepeat())) return first;
      // Spread, so that callers that failed together do not come back together.
      const isAborted = await pause(50 + Math.random() * 100, false, { signal: abortSignal }).catch(() => true);
      return isAborted ? { ok: false, reason: "timeout" } : attempt(call, caller);
    },
  };
}

/** Wraps a client of ACS. Like it, never rejects. `mayRepeat` says whether a second call may be spent on an exchange. */
export const createResilientIdentity = (
  identity: AcsIdentity,
  resilience: Resilience,
  mayRepeat: (exchange: TeamsTokenExchange) => boolean | Promise<boolean>,
): ResilientIdentity => ({
  resilience,
  exchangeTeamsToken: (exchange, abortSignal) =>
    resilience.run(
      () => identity.exchangeTeamsToken(exchange, abortSignal),
      abortSignal,
      () => mayRepeat(exchange),
      exchange.caller.objectId,
    ),
});
