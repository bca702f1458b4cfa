// What a failed call of ACS means for the exchange: a log line and the problem.
import type { ProblemName, TeamsTokenMatch } from "@teams-token-exchange/rules";
import type { FastifyBaseLogger } from "fastify";
import { type AcsFailure, type AcsFailureReason, problemOfAcsFailure } from "../acs/acs-failure.ts";
import { Problem } from "../problems/problem.ts";

const problemOfFailure: Record<AcsFailureReason, ProblemName> = {
  ...problemOfAcsFailure,
  refused: "teams-token-rejected",
};

/** Logs the failure and returns the problem to throw. */
export function problemOfExchange(
  { reason, acsCode, status, msCv, retryAfterSeconds, advice }: AcsFailure,
  { teamsTokenForm, resource }: { teamsTokenForm: TeamsTokenMatch; resource: string | undefined },
  log: FastifyBaseLogger,
): Problem {
  const facts = { resource, acsCode, acsStatus: status, msCv };
  log.warn(
    { reason, ...facts },
    advice === undefined ? "teams token not exchanged" : `teams token not exchanged. ${advice}.`,
  );
  return new Problem(problemOfFailure[reason], {
    reason,
    facts: { teamsTokenForm, ...facts },
    ...(retryAfterSeconds !== undefined && { headers: { "retry-after": String(retryAfterSeconds) } }),
    ...(reason === "refused" && acsCode && { body: { acsCode } }),
  });
}
