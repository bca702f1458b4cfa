// Bearer header → Caller, or a problem. Mounted as a hook on the scope that holds every private route, so a route is
// authenticated because of where it stands, before its body is read.

import type { ProblemName, Result } from "@teams-token-exchange/rules";
import {
  apiScope,
  type Caller,
  type CallerRefusal,
  type CallerTokenRules,
  callerRefusals,
  checkCallerToken,
  maxTokenBytes,
  type ReadJws,
  readJws,
} from "@teams-token-exchange/rules";
import type { FastifyRequest, onRequestHookHandler } from "fastify";
import { Problem } from "../problems/problem.ts";
import { readPart } from "./jwt-parts.ts";
import { type SignatureRefusal, verifyToken } from "./signature.ts";
import type { SigningKey, SigningKeys } from "./signing-keys.ts";

export interface AuthenticateNeeds {
  keys: SigningKeys;
  rules: CallerTokenRules;
  /** The time, in milliseconds since 1970. */
  now: () => number;
}

/** Most names differ in length already, and need not be spelled in lower case. */
const isAuthorization = (name: string) => name.length === 13 && name.toLowerCase() === "authorization";

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
      const wanted = rules.requiredAuthContexts.map((value) => ({ essential: true, value }));
      const acrs = wanted.length === 1 ? wanted[0] : { essential: true, values: rules.requiredAuthContexts };
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

type TokenRefusal = "oversize" | SignatureRefusal | CallerRefusal;

/** Every refusal of a token that is there, made once: a flood of bad tokens must not cost what making errors costs. */
function createRefusals(rules: CallerTokenRules): (reason: TokenRefusal) => Problem {
  const made = new Map<TokenRefusal, Problem>();
  const refusals: Partial<Record<TokenRefusal, { problem: ProblemName }>> = callerRefusals;
  return (reason) => {
    let refusal = made.get(reason);
    if (!refusal) {
      // A joke of a token and a forged one get the same answer; the log tells them apart.
      const problem = refusals[reason]?.problem ?? "caller-token-invalid";
      refusal = new Problem(problem, { reason, ...challengeOf(problem, rules) });
      made.set(reason, refusal);
    }
    return refusal;
  };
}

const ambiguous = new Problem("caller-token-ambiguous", challenge('Bearer error="invalid_request"'));
const missing = new Problem("caller-token-missing", challenge("Bearer"));

/** The one token of the request. RFC 6750, section 2: a client must not send it in more than one way. */
export function readBearer(request: FastifyRequest): string | Problem {
  const sent = request.raw.rawHeaders.filter((name, i) => i % 2 === 0 && isAuthorization(name)).length;
  const inAddress = Object.hasOwn(request.query as object, "access_token");
  if (sent > 1 || inAddress) return ambiguous;
  return /^Bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? "")?.[1] ?? missing;
}

/** The hook that puts `request.caller` in place, or refuses with the problem. It throws nothing: throwing costs most of all. */
export function createAuthenticate({ keys, rules, now }: AuthenticateNeeds): onRequestHookHandler {
  const refusal = createRefusals(rules);

  function judge(token: ReadJws, signingKey: SigningKey | undefined): Result<Caller, TokenRefusal> {
    const verified = verifyToken(token, signingKey);
    if (!verified.ok) return verified;
    const { claims, keyIssuer } = verified.value;
    return checkCallerToken(claims, keyIssuer, rules, now() / 1000);
  }

  return (request, _reply, done) => {
    const callerToken = readBearer(request);
    if (callerToken instanceof Problem) return done(callerToken);
    if (callerToken.length > maxTokenBytes) return done(refusal("oversize"));
    const token = readJws(callerToken, readPart);
    if (!token.ok) return done(refusal(token.reason));
    const { keyId } = token.value;
    const decide = (signingKey: SigningKey | undefined) => {
      const judged = judge(token.value, signingKey);
      if (!judged.ok) return done(refusal(judged.reason));
      request.caller = judged.value;
      done();
    };
    // Nearly always: no promise is made then.
    const atHand = keys.atHand(keyId);
    if (atHand) decide(atHand);
    else keys.find(keyId).then(decide).catch(done);
  };
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set on every route inside the authenticated scope, before its handler runs. */
    caller: Caller;
  }
}
