// Bearer header → Caller, or a problem. Mounted as a hook on the scope that holds every private route, so a route is
// authenticated because of where it stands, before its body is read.
import type { FastifyRequest, onRequestAsyncHookHandler } from "fastify";
import type { ProblemName } from "../problems/catalogue.ts";
import { Problem } from "../problems/problem.ts";
import { type AccessTokenRules, apiScope, type Caller, checkAccessToken } from "./access-token.ts";
import { problemOfCallerRefusal } from "./access-token-problems.ts";
import { verifySignature } from "./signature.ts";
import type { SigningKeys } from "./signing-keys.ts";

export interface AuthenticateNeeds {
  keys: SigningKeys;
  rules: AccessTokenRules;
  /** The time, in milliseconds since 1970. */
  now: () => number;
}

/** Most names differ in length already, and need not be spelled in lower case. */
const isAuthorization = (name: string) => name.length === 13 && name.toLowerCase() === "authorization";

/** Entra's tokens are 1.5 to 3 KB; what is larger is refused before anything is computed. */
const maxTokenBytes = 8 * 1024;

const invalidTokenChallenge = { "www-authenticate": 'Bearer error="invalid_token"' };

/**
 * The challenge of RFC 6750, section 3, where the problem calls for one; for missing claims in the form that MSAL reads:
 * the claims to ask for as base64, and where.
 */
function challengeOf(problem: ProblemName, rules: AccessTokenRules): Record<string, string> {
  switch (problem) {
    case "caller-token-invalid":
      return invalidTokenChallenge;
    case "scope-missing":
      return { "www-authenticate": `Bearer error="insufficient_scope", scope="${apiScope}"` };
    case "insufficient-claims": {
      const wanted = rules.requiredAuthContexts.map((value) => ({ essential: true, value }));
      const acrs = wanted.length === 1 ? wanted[0] : { essential: true, values: rules.requiredAuthContexts };
      const claims = Buffer.from(JSON.stringify({ access_token: { acrs } })).toString("base64");
      const authorize = `${rules.authority}/${rules.tenantId}/oauth2/v2.0/authorize`;
      return {
        "www-authenticate": `Bearer realm="", authorization_uri="${authorize}", error="insufficient_claims", claims="${claims}"`,
      };
    }
    default:
      return {};
  }
}

const invalid = (reason: string) => new Problem("caller-token-invalid", { reason, headers: invalidTokenChallenge });

/** The one token of the request. RFC 6750, section 2: a client must not send it in more than one way. */
export function readBearer(request: FastifyRequest): string {
  const sent = request.raw.rawHeaders.filter((name, i) => i % 2 === 0 && isAuthorization(name)).length;
  const inAddress = Object.hasOwn(request.query as object, "access_token");
  if (sent > 1 || inAddress) {
    throw new Problem("caller-token-ambiguous", { headers: { "www-authenticate": 'Bearer error="invalid_request"' } });
  }
  const callerToken = /^Bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (!callerToken) throw new Problem("caller-token-missing", { headers: { "www-authenticate": "Bearer" } });
  if (callerToken.length > maxTokenBytes) throw invalid("oversize");
  return callerToken;
}

/** The hook that puts `request.caller` in place, or throws the problem. */
export function createAuthenticate({ keys, rules, now }: AuthenticateNeeds): onRequestAsyncHookHandler {
  return async (request) => {
    const verified = await verifySignature(readBearer(request), (keyId) => keys.find(keyId));
    // A joke of a token and a forged one get the same answer; the log tells them apart.
    if (!verified.ok) throw invalid(verified.reason);
    const { claims, keyIssuer } = verified.value;
    const judged = checkAccessToken(claims, keyIssuer, rules, now() / 1000);
    if (!judged.ok) {
      const problem = problemOfCallerRefusal[judged.reason];
      throw new Problem(problem, { reason: judged.reason, headers: challengeOf(problem, rules) });
    }
    request.caller = judged.value;
  };
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set on every route inside the authenticated scope, before its handler runs. */
    caller: Caller;
  }
}
