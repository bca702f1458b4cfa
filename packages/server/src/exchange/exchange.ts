// The rule of this service: a Teams token is exchanged only for the caller that it belongs to. Every route uses it. Identical
// exchanges in flight share one call to ACS.
import { hash } from "node:crypto";
import { type Caller, checkTeamsToken, teamsTokenRefusals } from "@teams-token-exchange/rules";
import type { FastifyRequest } from "fastify";
import { issueUnlessDenied } from "../deny-list/deny-list.ts";
import { callerKey } from "../entra/authenticate.ts";
import { readClaims } from "../entra/jws.ts";
import { Problem } from "../problems/problem.ts";
import type { Coalesce, ExchangeContext, ExchangedToken, ExchangeOutcome } from "./exchange-context.ts";
import { problemOfExchange } from "./exchange-failure.ts";
import { untilAborted } from "./until-aborted.ts";

/**
 * Exchanges a Teams token for an ACS access token of the caller.
 *
 * @throws {Problem} before the call to ACS, if the token can be read and is not the caller's, the caller is denied, or the
 * quota is used up; after it, if ACS refused, failed, or did not answer within the deadline
 */
export async function exchangeTeamsToken(
  { denyList, coalesce, now, deadlineMs, teamsResource }: ExchangeContext,
  { log, caller, tenant }: Pick<FastifyRequest, "log" | "caller" | "tenant">,
  teamsToken: string,
): Promise<ExchangedToken> {
  const judged = checkTeamsToken(teamsToken, caller, now() / 1000, readClaims, teamsResource);
  if (!judged.ok) throw new Problem(teamsTokenRefusals[judged.reason].problem, { reason: judged.reason });

  const resource = tenant.routes?.resourceOf(caller.objectId) ?? tenant.resource;
  const ask = () =>
    withDeadline(deadlineMs, async (signal) => {
      await resource.quota.take({ tenant: caller.tenantId, share: tenant.share, caller: callerKey(caller) });
      // The ids come from the caller's validated token, never from the request: with them ACS itself refuses a token that
      // was issued to another user or client, which is the only check left for an opaque one.
      return resource.identity.exchangeTeamsToken({ teamsToken, caller, tenant }, signal);
    });
  // Who joins a call under way is served by that call's deadline, which is before their own.
  const exchange = () => coalesce(exchangeKey(caller, teamsToken), ask);
  const answer = await issueUnlessDenied(denyList, caller, exchange, tokenOf);
  const asked = { teamsTokenForm: judged.value, resource: resource.name };
  if (!answer.ok) throw problemOfExchange(answer, asked, log);
  tenant.routes?.served(caller.objectId, resource, answer.value.expiresOn);
  return { ...answer.value, facts: { msCv: answer.value.msCv, ...asked } };
}

const tokenOf = (outcome: ExchangeOutcome) => (outcome.ok ? outcome.value : undefined);

/**
 * Runs work under a signal that aborts after a time, and rejects as the work does. AbortSignal.timeout would keep its timer, and
 * make an error, for every call that ended long before.
 * @param deadlineMs milliseconds from now
 */
async function withDeadline<Value>(deadlineMs: number, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), deadlineMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The same caller, through the same client, with the same Teams token. The token itself is not kept. */
export function exchangeKey({ tenantId, objectId, clientId }: Caller, teamsToken: string): string {
  const digest = hash("sha256", teamsToken, "base64url");
  return [tenantId, objectId, clientId, digest].join(" ");
}

/** Makes one; what it shares lives in this process. */
export function createCoalesce<Value>(): Coalesce<Value> {
  const underWay = new Map<string, Promise<Value>>();
  return (key, work, signal) => {
    let outcome = underWay.get(key);
    if (!outcome) {
      outcome = work().finally(() => underWay.delete(key));
      // All who waited may have left by the time it fails.
      outcome.catch(() => {});
      underWay.set(key, outcome);
    }
    return signal ? untilAborted(outcome, signal) : outcome;
  };
}
