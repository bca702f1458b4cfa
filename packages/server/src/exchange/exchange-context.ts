// What an exchange uses, and what it returns.
import type { TeamsTokenMatch } from "@teams-token-exchange/rules";
import type { AcsFailure, AcsToken } from "../acs/acs-failure.ts";
import type { DenyList } from "../deny-list/deny-list-types.ts";
import type { AuditFacts } from "../problems/problem.ts";

/** What ACS said, or why it said nothing. */
export type ExchangeOutcome = { readonly ok: true; readonly value: AcsToken } | AcsFailure;

export interface ExchangeContext {
  denyList: DenyList;
  coalesce: Coalesce<ExchangeOutcome>;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** One deadline for the whole exchange, in milliseconds. */
  deadlineMs: number;
  /** The URI of the resource that Teams tokens are for. */
  teamsResource: string;
}

/** The token, and whether the Teams token could be read or only ACS decided. */
export interface ExchangedToken extends AcsToken {
  /** What the audit log tells of it. */
  readonly facts: AuditFacts & { readonly teamsTokenForm: TeamsTokenMatch };
}

/**
 * The outcome of the work under way for this key, started if there is none; a failure is shared like a value, and nothing is
 * kept once it ended. The signal, if any, ends only this wait: it rejects with the signal's reason, and the others still get
 * their outcome.
 */
export type Coalesce<Value> = (key: string, work: () => Promise<Value>, signal?: AbortSignal) => Promise<Value>;
