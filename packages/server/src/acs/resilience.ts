// What stands between a request and a failing ACS: one retry within a budget, a breaker that fails fast, a bound on calls in
// flight, and silence for as long as ACS asked for.
import { setTimeout as pause } from "node:timers/promises";
import CircuitBreaker from "opossum";
import type { AcsFailure, AcsOutcome } from "./acs-failure.ts";
import type { AcsIdentity, TeamsTokenExchange } from "./acs-identity.ts";

export interface RetryBudget {
  /** Counts a first call. */
  called(): void;
  /** Whether one more call may be made; takes it from the budget if so. */
  take(): boolean;
}

const callsPerRetry = 10;
/** Long calm must not save up for a storm of retries. */
const maxSaved = 10;

/**
 * A budget of one retry for every ten calls, with the first one in advance, so that a quiet server may repeat its first
 * failed call too; the ten calls that follow pay for it.
 */
export function createRetryBudget(): RetryBudget {
  let credit = 1;
  let debt = 1;
  return {
    called() {
      const earned = 1 / callsPerRetry;
      if (debt > 0) debt = Math.max(0, debt - earned);
      else credit = Math.min(maxSaved, credit + earned);
    },
    take() {
      // Ten additions of a tenth do not quite make one.
      if (credit < 1 - 1e-9) return false;
      credit -= 1;
      return true;
    },
  };
}

export interface ResilienceOptions {
  retryBudget: RetryBudget;
  /** Calls in flight; one more is refused at once. Little's law: 100 in flight at 100 ms are 1,000 a second. */
  maxInFlight: number;
  /** Milliseconds that only ever grow. */
  monotonicNow: () => number;
}

/** Makes one call of ACS. */
export type AcsCall<Value> = () => Promise<AcsOutcome<Value>>;

export interface Resilience {
  /** No further call would be let through now: the server may refuse before it spends any work. */
  readonly isSaturated: boolean;
  /**
   * Makes the call, or says why not; never rejects.
   *
   * @param mayRepeat whether a second call may be spent; asked after the budget of retries has agreed
   */
  run<Value>(
    call: AcsCall<Value>,
    abortSignal: AbortSignal,
    mayRepeat: () => boolean | Promise<boolean>,
  ): Promise<AcsOutcome<Value>>;
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

const circuitOpen: AcsFailure = {
  ok: false,
  reason: "circuit-open",
  retryAfterSeconds: breakerOptions.resetTimeout / 1000,
};

/** Reasons that speak of ACS's health; a refused token or a full quota does not. */
const isOutage = ({ reason }: AcsFailure) => ["unavailable", "timeout", "tls", "bad-response"].includes(reason);

/** Only what probably never reached ACS, or failed in it for no reason of ours. */
const isWorthRepeating = (outcome: AcsOutcome<unknown>) => !outcome.ok && outcome.reason === "unavailable";

/** Tells the breaker that a call failed; what became of the call goes around it. */
const outage = new Error("outage");

/** Makes one; what it knows of ACS lives in this process. */
export function createResilience({ retryBudget, maxInFlight, monotonicNow }: ResilienceOptions): Resilience {
  let inFlight = 0;
  let silentUntil = Number.NEGATIVE_INFINITY;
  const breaker = new CircuitBreaker((work: () => Promise<void>) => work(), { ...breakerOptions });

  async function attempt<Value>(call: AcsCall<Value>): Promise<AcsOutcome<Value>> {
    if (inFlight >= maxInFlight) return { ok: false, reason: "saturated", retryAfterSeconds: 1 };
    inFlight += 1;
    let outcome: AcsOutcome<Value> | undefined;
    const counted = async () => {
      outcome = await call();
      if (!outcome.ok && isOutage(outcome)) throw outage;
    };
    await breaker.fire(counted).catch(() => {});
    inFlight -= 1;
    if (outcome === undefined) return circuitOpen;
    if (!outcome.ok && outcome.reason === "busy") silence(outcome.retryAfterSeconds ?? 1);
    return outcome;
  }

  const silence = (seconds: number) => {
    silentUntil = Math.max(silentUntil, monotonicNow() + seconds * 1000);
  };

  return {
    get isSaturated() {
      return inFlight >= maxInFlight;
    },
    stop: () => breaker.shutdown(),
    async run(call, abortSignal, mayRepeat) {
      const silentMs = silentUntil - monotonicNow();
      if (silentMs > 0) return { ok: false, reason: "busy", retryAfterSeconds: Math.ceil(silentMs / 1000) };
      retryBudget.called();
      const first = await attempt(call);
      if (!isWorthRepeating(first) || !retryBudget.take() || !(await mayRepeat())) return first;
      // Spread, so that callers that failed together do not come back together.
      const isAborted = await pause(50 + Math.random() * 100, false, { signal: abortSignal }).catch(() => true);
      return isAborted ? { ok: false, reason: "timeout" } : attempt(call);
    },
  };
}

interface ResilientIdentityOptions extends ResilienceOptions {
  /** Whether a second call may be spent on this exchange; asked after the budget of retries has agreed. */
  mayRepeat?: (exchange: TeamsTokenExchange) => boolean | Promise<boolean>;
}

export interface ResilientIdentity extends AcsIdentity {
  /** No further call would be let through now: the server may refuse before it spends any work. */
  readonly isSaturated: boolean;
  stop(): void;
}

/** Wraps a client of ACS. Like it, never rejects. */
export function createResilientIdentity(identity: AcsIdentity, options: ResilientIdentityOptions): ResilientIdentity {
  const { mayRepeat = () => true } = options;
  const resilience = createResilience(options);
  return {
    get isSaturated() {
      return resilience.isSaturated;
    },
    stop: () => resilience.stop(),
    exchangeTeamsToken: (exchange, abortSignal) =>
      resilience.run(
        () => identity.exchangeTeamsToken(exchange, abortSignal),
        abortSignal,
        () => mayRepeat(exchange),
      ),
  };
}
