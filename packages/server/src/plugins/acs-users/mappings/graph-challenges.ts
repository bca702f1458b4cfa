// A failed trade of the caller's token → the problem, and what the client needs to get further: claims or consent.

import type { ProblemName } from "@teams-token-exchange/rules";
import { readClaims } from "../../../entra/jws.ts";
import { LoggableError } from "../../../problems/loggable-error.ts";
import { Problem } from "../../../problems/problem.ts";
import type { OnBehalfOfFailure, OnBehalfOfRefusal } from "./on-behalf-of.ts";

/** Every reason → its problem; a reason without one does not compile. */
const problemOfRefusal: Record<OnBehalfOfRefusal, ProblemName> = {
  claims: "insufficient-claims",
  consent: "consent-required",
  "own-credential-refused": "server-misconfigured",
  refused: "on-behalf-of-failed",
  unavailable: "on-behalf-of-failed",
};

export interface ChallengeContext {
  /** Validated before, so that what it says of its client is true. */
  readonly callerToken: string;
  readonly authority: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
}

/**
 * Only a client that says that it understands claims challenges may be sent one; any other would loop. MSAL writes it CP1, the
 * documentation cp1.
 */
const understandsClaims = (callerToken: string) =>
  [readClaims(callerToken)?.["xms_cc"]].flat().some((capability) => String(capability).toLowerCase() === "cp1");

/** The problem to throw. */
export function onBehalfOfProblem(failure: OnBehalfOfFailure, context: ChallengeContext): Problem {
  const { reason, claims = "", entraCode, correlationId, advice } = failure;
  const facts = { entraCode, correlationId };
  const problem = problemOfRefusal[reason];
  const authorize = `${context.authority}/${context.tenantId}/oauth2/v2.0/authorize`;
  const challenge = (rest: string) => ({
    "www-authenticate": `Bearer realm="", authorization_uri="${authorize}", ${rest}`,
  });
  if (reason === "claims") {
    if (!understandsClaims(context.callerToken))
      return new Problem("claims-challenge-not-understood", { reason, facts });
    const encoded = Buffer.from(claims).toString("base64");
    return new Problem(problem, {
      reason,
      facts,
      headers: challenge(`error="insufficient_claims", claims="${encoded}"`),
    });
  }
  if (reason === "consent") {
    const headers = challenge(`error="consent_required", scope="${context.scopes.join(" ")}"`);
    return new Problem(problem, { reason, facts, headers, body: { scopes: [...context.scopes] } });
  }
  const cause = advice === undefined ? undefined : new LoggableError(`${advice}.`);
  return new Problem(problem, { reason, facts, cause });
}
