// The contract of resilience.ts.
import type { AcsIdentity, AcsOutcome } from "./acs-failure.ts";

export interface ResilienceOptions {
  /** The most simultaneous calls; further ones are refused. Little's law: 100 calls of 100 ms each are 1,000 per second. */
  maxInFlight: number;
  /** Milliseconds that only ever grow. */
  monotonicNow: () => number;
}

export interface Resilience {
  /** One more call would be refused, so the server may refuse a request before it does any work for it. */
  readonly isSaturated: boolean;
  /** The circuit breaker is open: calls are refused for some seconds, because most of them failed. */
  readonly isOpen: boolean;
  /**
   * Makes the call, or says why not. Never rejects. `mayRepeat` is asked after the retry budget has agreed. `caller` is the user
   * whose call it is: failures of a single one do not open the breaker.
   */
  run<Value>(
    call: () => Promise<AcsOutcome<Value>>,
    abortSignal: AbortSignal,
    mayRepeat: () => boolean | Promise<boolean>,
    caller: string,
  ): Promise<AcsOutcome<Value>>;
  stop(): void;
}

/** A client of ACS, and what keeps a failing ACS at a distance from it. */
export interface ResilientIdentity extends AcsIdentity {
  readonly resilience: Pick<Resilience, "isSaturated" | "isOpen" | "stop">;
}
