// The rule of this service: a Teams token is exchanged only for the caller that it belongs to. Every way in comes
// through here.

import type { Caller, ProblemName } from "@teams-token-exchange/rules";
import { checkTeamsToken, type TeamsTokenMatch, teamsTokenRefusals } from "@teams-token-exchange/rules";
import type { FastifyBaseLogger } from "fastify";
import { problemOfAcsFailure } from "../acs/acs-failure-problems.ts";
import type { AcsFailure, AcsFailureReason, AcsIdentity, AcsToken } from "../acs/acs-identity.ts";
import type { DenyList } from "../deny-list/deny-list.ts";
import { refuseDenied } from "../deny-list/refuse-denied.ts";
import { callerKey } from "../entra/caller-key.ts";
import { readClaims } from "../entra/jwt-parts.ts";
import { Problem } from "../problems/problem.ts";
import type { Budget } from "../quota/exchange-quota.ts";
import { type Coalesce, exchangeKey } from "./coalesce.ts";
import { withDeadline } from "./deadline.ts";

/** What ACS said, or why it said nothing. */
export type ExchangeOutcome = { readonly ok: true; readonly value: AcsToken } | AcsFailure;

export interface ExchangeNeeds {
  identity: AcsIdentity;
  denyList: DenyList;
  budget: Budget;
  coalesce: Coalesce<ExchangeOutcome>;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** One deadline for the whole exchange, in milliseconds. */
  deadlineMs: number;
}

/** The token, and whether the Teams token could be read or ACS alone decided. */
export interface ExchangedToken extends AcsToken {
  readonly teamsTokenForm: TeamsTokenMatch;
}

const problemOfFailure: Record<AcsFailureReason, ProblemName> = {
  ...problemOfAcsFailure,
  refused: "teams-token-rejected",
};

/**
 * Exchanges a Teams token for an ACS access token of the caller.
 *
 * @throws {Problem} before ACS is asked, where the token can be read and is not the caller's, the caller is denied, or the
 * quota is spent; after it, where ACS refused, failed, or did not answer within the deadline
 */
export async function exchangeTeamsToken(
  { identity, denyList, budget, coalesce, now, deadlineMs }: ExchangeNeeds,
  log: FastifyBaseLogger,
  caller: Caller,
  teamsToken: string,
): Promise<ExchangedToken> {
  const judged = checkTeamsToken(teamsToken, caller, now() / 1000, readClaims);
  if (!judged.ok) throw new Problem(teamsTokenRefusals[judged.reason].problem, { reason: judged.reason });

  await refuseDenied(denyList, caller);

  const ask = () =>
    withDeadline(deadlineMs, async (signal) => {
      await budget.take(callerKey(caller));
      // The ids come from the caller's validated token, never from the request: with them ACS itself refuses a token that
      // was issued to another user or client, which is the only check left for an opaque one.
      const exchange = { teamsToken, clientId: caller.clientId, userObjectId: caller.objectId };
      return identity.exchangeTeamsToken(exchange, signal);
    });
  // Who joins a call under way is served by that call's deadline, which is before their own.
  const answer = await coalesce(exchangeKey(caller, teamsToken), ask);
  if (answer.ok) {
    denyList.noteIssued(caller, answer.value.expiresOn.getTime());
    return { ...answer.value, teamsTokenForm: judged.value };
  }

  const { reason, acsCode, status, msCv, retryAfterSeconds } = answer;
  log.warn({ reason, acsCode, acsStatus: status, msCv }, "teams token not exchanged");
  throw new Problem(problemOfFailure[reason], {
    reason,
    facts: { teamsTokenForm: judged.value, acsCode, acsStatus: status, msCv },
    ...(retryAfterSeconds !== undefined && { headers: { "retry-after": String(retryAfterSeconds) } }),
    ...(reason === "refused" && acsCode && { body: { acsCode } }),
  });
}
