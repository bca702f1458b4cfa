// Bearer header → Caller, or a problem. The hook is on the scope of all private routes, so every route in it is authenticated,
// before its body is read.
import {
  type Caller,
  type CallerTokenRules,
  checkCallerToken,
  maxCallerTokenBytes,
  type ReadJws,
  type Result,
  readJws,
} from "@teams-token-exchange/rules";
import type { FastifyRequest, onRequestHookHandler } from "fastify";
import { Problem } from "../problems/problem.ts";
import { ambiguousToken, createRefusals, missingToken, type TokenRefusal } from "./caller-refusals.ts";
import { readPart, verifyToken } from "./jws.ts";
import type { FreshKeys, SigningKey, SigningKeys } from "./signing-keys.ts";

export interface AuthenticateOptions {
  keys: SigningKeys;
  rules: CallerTokenRules;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** The clock of the signing keys, in milliseconds. It never jumps. */
  monotonicNow: () => number;
}

/** The same for all requests of one user of one tenant, through any client. */
export const callerKey = ({ tenantId, objectId }: Pick<Caller, "tenantId" | "objectId">): string =>
  `${tenantId}:${objectId}`;

/** The key of that id, if it is known and fresh. */
export const findFresh = ({ keys, untilMs }: FreshKeys, keyId: string, nowMs: number): SigningKey | undefined =>
  nowMs > untilMs ? undefined : keys.get(keyId);

/** The one token of the request. RFC 6750, section 2: a client must not send it in more than one way. */
export function readBearer({ headers, raw, query, server }: FastifyRequest): string | Problem {
  // A gateway that replaces `Authorization` cannot know CALLER_TOKEN_HEADER, so that one wins.
  const header = server.callerTokenHeader in headers ? server.callerTokenHeader : "authorization";
  const sent = raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === header).length;
  const inAddress = Object.hasOwn(query as object, "access_token");
  if (sent > 1 || inAddress) return ambiguousToken;
  return /^Bearer +([^ ]+) *$/i.exec(String(headers[header]))?.[1] ?? missingToken;
}

/** The hook that puts `request.caller` in place, or refuses with the problem. It throws nothing, because throwing is expensive. */
export function createAuthenticate({ keys, rules, now, monotonicNow }: AuthenticateOptions): onRequestHookHandler {
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
    if (callerToken.length > maxCallerTokenBytes) return done(refusal("oversize"));
    const token = readJws(callerToken, readPart);
    if (!token.ok) return done(refusal(token.reason));
    const { keyId } = token.value;
    const decide = (signingKey: SigningKey | undefined) => {
      const judged = judge(token.value, signingKey);
      if (!judged.ok) return done(refusal(judged.reason));
      request.caller = judged.value;
      done();
    };
    // Nearly always there is one, and then no promise is made.
    const freshKey = findFresh(keys.fresh, keyId, monotonicNow());
    if (freshKey) decide(freshKey);
    else keys.find(keyId).then(decide).catch(done);
  };
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set on every route inside the authenticated scope, before its handler runs. */
    caller: Caller;
  }
}
