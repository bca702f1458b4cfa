// What a refused caller gets: the problem, and the challenge that tells the client how to get a token that is accepted.
import {
  apiScope,
  type CallerRefusal,
  type CallerTokenRules,
  callerRefusals,
  type ProblemName,
} from "@teams-token-exchange/rules";
import { Problem } from "../problems/problem.ts";
import type { SignatureRefusal } from "./jws.ts";

const challenge = (text: string) => ({ headers: { "www-authenticate": text } });

/**
 * The challenge of RFC 6750, section 3, where the problem calls for one; for missing claims in the form that MSAL reads:
 * the claims to ask for as base64, and where.
 */
function challengeOf(problem: ProblemName, rules: CallerTokenRules) {
  switch (problem) {
    case "caller-token-invalid":
      return challenge('Bearer error="invalid_token"');
    case "scope-missing":
      return challenge(`Bearer error="insufficient_scope", scope="${apiScope}"`);
    case "insufficient-claims": {
      const required = rules.requiredAuthContexts.map((value) => ({ essential: true, value }));
      const acrs = required.length === 1 ? required[0] : { essential: true, values: rules.requiredAuthContexts };
      const claims = Buffer.from(JSON.stringify({ access_token: { acrs } })).toString("base64");
      const authorize = `${rules.authority}/${rules.tenantId}/oauth2/v2.0/authorize`;
      return challenge(
        `Bearer realm="", authorization_uri="${authorize}", error="insufficient_claims", claims="${claims}"`,
      );
    }
    default:
      return { headers: {} };
  }
}

export type TokenRefusal = "oversize" | SignatureRefusal | CallerRefusal;

/**
 * Every refusal of a token that is there, made once for each tenant's rules: a flood of bad tokens must not cost what making
 * errors costs.
 * @param tenants whose rules for other tenants count as long as a token's tenant is not known
 */
export function createRefusals(tenants: { readonly others: CallerTokenRules }) {
  const madeFor = new WeakMap<CallerTokenRules, Map<TokenRefusal, Problem>>();
  const refusals: Partial<Record<TokenRefusal, { problem: ProblemName }>> = {
    ...callerRefusals,
    // A new token would be as large; only its registration can make it smaller.
    oversize: { problem: "headers-too-large" },
  };
  return (reason: TokenRefusal, rules = tenants.others): Problem => {
    const made = madeFor.get(rules) ?? new Map<TokenRefusal, Problem>();
    let refusal = made.get(reason);
    if (!refusal) {
      // Every invalid token gets the same response; only the log says why it is invalid.
      const problem = refusals[reason]?.problem ?? "caller-token-invalid";
      refusal = new Problem(problem, { reason, ...challengeOf(problem, rules) });
      madeFor.set(rules, made.set(reason, refusal));
    }
    return refusal;
  };
}

export const ambiguousToken = new Problem("caller-token-ambiguous", challenge('Bearer error="invalid_request"'));
export const missingToken = new Problem("caller-token-missing", challenge("Bearer"));
