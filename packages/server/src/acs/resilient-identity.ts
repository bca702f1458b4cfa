// The exchange behind what keeps a failing ACS at a distance; the rules of that are in resilience.ts.
import type { AcsIdentity, TeamsTokenExchange } from "./acs-identity.ts";
import { createResilience, type ResilienceOptions } from "./resilience.ts";

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
