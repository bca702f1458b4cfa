// Bearer header → Caller, or a problem. The hook is on the scope of all private routes, so every route in it is authenticated,
// before its body is read.
import {
  type Caller,
  type CallerTokenRules,
  checkCallerToken,
  maxCallerTokenBytes,
  readJws,
} from "@teams-token-exchange/rules";
import type { FastifyRequest, onRequestHookHandler } from "fastify";
import { Problem } from "../problems/problem.ts";
import { ambiguousToken, createRefusals, missingToken } from "./caller-refusals.ts";
import { readPart, verifyToken } from "./jws.ts";
import type { FreshKeys, SigningKey, SigningKeys } from "./signing-keys.ts";

export interface AuthenticateOptions {
  keys: SigningKeys;
  /** The tenants whose users may call, and the rules for all other tokens. They may change between two requests. */
  tenants: { readonly byId: ReadonlyMap<string, FastifyRequest["tenant"]>; readonly others: CallerTokenRules };
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

/** The hook that puts `request.caller` and its tenant in place, or refuses with the problem. It throws nothing: that is expensive. */
export function createAuthenticate({ keys, tenants, now, monotonicNow }: AuthenticateOptions): onRequestHookHandler {
  const refusal = createRefusals(tenants);

  return (request, _reply, done) => {
    const callerToken = readBearer(request);
    if (callerToken instanceof Problem) return done(callerToken);
    if (callerToken.length > maxCallerTokenBytes) return done(refusal("oversize"));
    const token = readJws(callerToken, readPart);
    if (!token.ok) return done(refusal(token.reason));
    const decide = (signingKey: SigningKey | undefined) => {
      const verified = verifyToken(token.value, signingKey);
      if (!verified.ok) return done(refusal(verified.reason));
      const { claims, keyIssuer } = verified.value;
      const tenant = tenants.byId.get(String((claims as { tid?: unknown } | null)?.tid).toLowerCase());
      const rules = tenant?.rules ?? tenants.others;
      const judged = checkCallerToken(claims, keyIssuer, rules, now() / 1000);
      if (!judged.ok || !tenant) return done(refusal(judged.ok ? "tenant-wrong" : judged.reason, rules));
      request.caller = judged.value;
      request.tenant = tenant;
      done();
    };
    // Nearly always there is one, and then no promise is made.
    const freshKey = findFresh(keys.fresh, token.value.keyId, monotonicNow());
    if (freshKey) decide(freshKey);
    else keys.find(token.value.keyId).then(decide).catch(done);
  };
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set on every route inside the authenticated scope, before its handler runs. */
    caller: Caller;
  }
}
