// What stands between the exchange and a failing ACS: one retry within a budget, a breaker that fails fast, a bound on calls
// in flight, and silence for as long as ACS asked for. Same interface as the client it wraps.
import { setTimeout as pause } from "node:timers/promises";
import CircuitBreaker from "opossum";
import type { AcsFailure, AcsIdentity, AcsToken, TeamsTokenExchange } from "./identity.ts";
import type { RetryBudget } from "./retry-budget.ts";

type Outcome = { readonly ok: true; readonly value: AcsToken } | AcsFailure;

interface ResilienceOptions {
  retryBudget: RetryBudget;
  /** Calls in flight; one more is refused at once. Little's law: 100 in flight at 100 ms are 1,000 a second. */
  maxInFlight: number;
  /** Milliseconds that only ever grow. */
  monotonicNow: () => number;
  /** Whether a second call may be spent on this exchange; asked after the budget of retries has agreed. */
  mayRepeat?: (exchange: TeamsTokenExchange) => boolean | Promise<boolean>;
}

export interface ResilientIdentity extends AcsIdentity {
  /** No further call would be let through now: the server may refuse before it spends any work. */
  readonly isSaturated: boolean;
  stop(): void;
}

/** Open after 20 calls of which 4 in 5 failed: half the calls failing is a bad day, not an outage, and must not flap. */
const breakerOptions = {
  errorThresholdPercentage: 80,
  volumeThreshold: 20,
  rollingCountTimeout: 10_000,
  resetTimeout: 5_000,
  timeout: false,
  enableSnapshots: false,
  rollingPercentilesEnabled: false,
} as const;

/** Carries an outcome through the breaker, which counts rejections. */
class FailedCall extends Error {
  readonly outcome: AcsFailure;
  constructor(outcome: AcsFailure) {
    super(outcome.reason);
    this.outcome = outcome;
  }
}

/** Reasons that speak of ACS's health; a refused token or a full quota does not. */
const isOutage = ({ reason }: AcsFailure) => ["unavailable", "timeout", "tls", "bad-response"].includes(reason);

/** Wraps a client of ACS. Like it, never rejects. */
export function createResilientIdentity(identity: AcsIdentity, options: ResilienceOptions): ResilientIdentity {
  const { retryBudget, maxInFlight, monotonicNow, mayRepeat = () => true } = options;
  let inFlight = 0;
  let silentUntil = Number.NEGATIVE_INFINITY;

  const breaker = new CircuitBreaker(
    async (exchange: TeamsTokenExchange, abortSignal: AbortSignal) => {
      const outcome = await identity.exchangeTeamsToken(exchange, abortSignal);
      if (!outcome.ok && isOutage(outcome)) throw new FailedCall(outcome);
      return outcome;
    },
    { ...breakerOptions },
  );

  async function call(exchange: TeamsTokenExchange, abortSignal: AbortSignal): Promise<Outcome> {
    if (inFlight >= maxInFlight) return { ok: false, reason: "saturated", retryAfterSeconds: 1 };
    inFlight += 1;
    try {
      const outcome = await breaker.fire(exchange, abortSignal);
      if (!outcome.ok && outcome.reason === "busy") silence(outcome.retryAfterSeconds ?? 1);
      return outcome;
    } catch (error) {
      if (error instanceof FailedCall) return error.outcome;
      return { ok: false, reason: "circuit-open", retryAfterSeconds: breakerOptions.resetTimeout / 1000 };
    } finally {
      inFlight -= 1;
    }
  }

  const silence = (seconds: number) => {
    silentUntil = Math.max(silentUntil, monotonicNow() + seconds * 1000);
  };

  /** Only what probably never reached ACS, or failed in it for no reason of ours. */
  const isWorthRepeating = (outcome: Outcome) => !outcome.ok && outcome.reason === "unavailable";

  return {
    get isSaturated() {
      return inFlight >= maxInFlight;
    },
    stop: () => breaker.shutdown(),
    async exchangeTeamsToken(exchange, abortSignal) {
      const silentMs = silentUntil - monotonicNow();
      if (silentMs > 0) return { ok: false, reason: "busy", retryAfterSeconds: Math.ceil(silentMs / 1000) };
      retryBudget.called();
      const first = await call(exchange, abortSignal);
      if (!isWorthRepeating(first) || !retryBudget.take() || !(await mayRepeat(exchange))) return first;
      // Spread, so that callers that failed together do not come back together.
      const isAborted = await pause(50 + Math.random() * 100, false, { signal: abortSignal }).catch(() => true);
      return isAborted ? { ok: false, reason: "timeout" } : call(exchange, abortSignal);
    },
  };
}
