// The rule of this service: a Teams token is exchanged only for the caller that it belongs to. Every way in comes
// through here.
import type { FastifyBaseLogger } from "fastify";
import type { AcsFailureReason, AcsIdentity, AcsToken } from "../acs/identity.ts";
import type { Caller } from "../entra/access-token.ts";
import type { ProblemName } from "../problems/catalogue.ts";
import { Problem } from "../problems/problem.ts";
import { checkTeamsToken, type TeamsTokenRefusal } from "./teams-token.ts";

export interface ExchangeNeeds {
  identity: AcsIdentity;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** One deadline for the whole exchange, in milliseconds. */
  deadlineMs: number;
}

const problemOfRefusal: Record<TeamsTokenRefusal, ProblemName> = {
  malformed: "teams-token-malformed",
  "wrong-audience": "teams-token-wrong-audience",
  expired: "teams-token-expired",
  expiring: "teams-token-expiring",
  "other-tenant": "teams-token-other-tenant",
  "other-user": "teams-token-other-user",
  "other-client": "teams-token-other-client",
  "scope-missing": "teams-token-scope-missing",
};

const problemOfFailure: Record<AcsFailureReason, ProblemName> = {
  refused: "teams-token-rejected",
  "own-key-refused": "server-misconfigured",
  busy: "upstream-busy",
  unavailable: "upstream-unavailable",
  tls: "upstream-tls",
  "bad-response": "upstream-bad-response",
  timeout: "upstream-timeout",
  "circuit-open": "upstream-unavailable",
  saturated: "overloaded",
};

/**
 * Exchanges a Teams token for an ACS access token of the caller.
 *
 * @throws {Problem} before ACS is asked, where the token can be read and is not the caller's; after it, where ACS refused,
 * failed, or did not answer within the deadline
 */
export async function exchangeTeamsToken(
  { identity, now, deadlineMs }: ExchangeNeeds,
  log: FastifyBaseLogger,
  caller: Caller,
  teamsToken: string,
): Promise<AcsToken> {
  const judged = checkTeamsToken(teamsToken, caller, now() / 1000);
  if (!judged.ok) throw new Problem(problemOfRefusal[judged.reason], { reason: judged.reason });

  // The ids come from the caller's validated token, never from the request: with them ACS itself refuses a token that was
  // issued to another user or client, which is the only check left for an opaque one.
  const answer = await identity.exchangeTeamsToken(
    { teamsToken, clientId: caller.clientId, userObjectId: caller.objectId },
    AbortSignal.timeout(deadlineMs),
  );
  if (answer.ok) {
    log.info({ teamsToken: judged.value }, "teams token exchanged");
    return answer.value;
  }

  const { reason, acsCode, status, msCv, retryAfterSeconds } = answer;
  log.warn({ reason, acsCode, acsStatus: status, msCv }, "teams token not exchanged");
  throw new Problem(problemOfFailure[reason], {
    reason,
    ...(retryAfterSeconds !== undefined && { headers: { "retry-after": String(retryAfterSeconds) } }),
    ...(reason === "refused" && acsCode && { body: { acsCode } }),
  });
}
