// GET, POST and DELETE /api/user, GET and POST /api/token: the contract of Microsoft's original sample for ACS users that stand
// for users of Entra. Mounted inside the authenticated scope; the order of things is in mapped-user.ts.

import { AcsUser, AcsUserToken } from "@teams-token-exchange/rules/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { AcsToken } from "../../acs/acs-identity.ts";
import type { DenyList } from "../../deny-list/deny-list.ts";
import { refuseDenied } from "../../deny-list/refuse-denied.ts";
import { readBearer } from "../../entra/authenticate.ts";
import { callerKey } from "../../entra/caller-key.ts";
import { type Coalesce, createCoalesce } from "../../exchange/coalesce.ts";
import { markDeprecated, refuseNavigation } from "../../exchange/legacy-get.ts";
import { Problem } from "../../problems/problem.ts";
import {
  deleteMappedUser,
  ensureMappedUser,
  findMappedUser,
  issueUserToken,
  type MappedUserNeeds,
} from "./mapped-user.ts";
import type { MappingOwner } from "./mappings/mapping-store.ts";

export interface EnsuredUser {
  readonly acsUserId: string;
  readonly created: boolean;
}

export interface AcsUserRouteNeeds extends MappedUserNeeds {
  denyList: DenyList;
  /** First requests of one user at once share one making. */
  making: Coalesce<EnsuredUser>;
  /** Requests for tokens of one user at once share one token. */
  issuing: Coalesce<AcsToken>;
  /** One deadline for everything that a request asks of others, in milliseconds. */
  deadlineMs: number;
}

/** What requests of one user share; it lives in this process. */
export const createSharedWork = (): Pick<AcsUserRouteNeeds, "making" | "issuing"> => ({
  making: createCoalesce<EnsuredUser>(),
  issuing: createCoalesce<AcsToken>(),
});

/** After its deadline, work has this long to say why it failed, in milliseconds. */
const graceMs = 250;

/** What a request needs: whose it is, and until when. */
interface Work {
  owner: MappingOwner;
  signal: AbortSignal;
}

/** Mounts the five routes. Statuses are the original's; POST /api/token is ours and makes the user where there is none. */
export function mountAcsUsers(api: FastifyInstance, needs: AcsUserRouteNeeds): void {
  const { denyList, deadlineMs } = needs;

  async function workOf(request: FastifyRequest): Promise<Work> {
    const { tenantId, objectId } = request.caller;
    await refuseDenied(denyList, request.caller);
    const callerToken = readBearer(request);
    if (callerToken instanceof Problem) throw callerToken;
    const owner = { tenantId, objectId, callerToken };
    return { owner, signal: AbortSignal.timeout(deadlineMs) };
  }

  /** One work for all requests of one user at once. */
  async function share<Value>(
    coalesce: Coalesce<Value>,
    { owner, signal }: Work,
    work: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    // The work ends by itself, and says at what; only who joins it late may run out of patience before.
    const patience = AbortSignal.timeout(deadlineMs + graceMs);
    return coalesce(callerKey(owner), () => work(signal), patience).catch((cause: unknown) => {
      if (cause !== patience.reason) throw cause;
      throw new Problem("upstream-timeout", { reason: "timeout", cause });
    });
  }

  const ensure = (work: Work): Promise<EnsuredUser> =>
    share(needs.making, work, (signal) => ensureMappedUser(needs, work.owner, signal));

  async function existing({ owner, signal }: Work): Promise<string> {
    const acsUserId = await findMappedUser(needs, owner, signal);
    if (acsUserId === undefined) throw new Problem("mapping-not-found");
    return acsUserId;
  }

  async function sendToken(reply: FastifyReply, status: number, work: Work, acsUserId: string) {
    const issue = (signal: AbortSignal) => issueUserToken(needs, acsUserId, signal);
    const { token, expiresOn, msCv } = await share(needs.issuing, work, issue);
    reply.request.outcome = { facts: { msCv } };
    const user = { communicationUserId: acsUserId };
    return reply.code(status).send({ token, expiresOn: expiresOn.toISOString(), user } satisfies AcsUserToken);
  }

  api.get("/user", { schema: { response: { 200: AcsUser } } }, async (request): Promise<AcsUser> => {
    return { acsUserIdentity: await existing(await workOf(request)) };
  });
  api.post("/user", { schema: { response: { 200: AcsUser, 201: AcsUser } } }, async (request, reply) => {
    const { acsUserId, created } = await ensure(await workOf(request));
    return reply.code(created ? 201 : 200).send({ acsUserIdentity: acsUserId } satisfies AcsUser);
  });
  api.delete("/user", { schema: { response: { 204: z.null() } } }, async (request, reply) => {
    const { owner, signal } = await workOf(request);
    await deleteMappedUser(needs, owner, signal);
    return reply.code(204).send();
  });

  api.get("/token", { schema: { response: { 201: AcsUserToken } } }, async (request, reply) => {
    refuseNavigation(request);
    markDeprecated(reply, "/api/token");
    const work = await workOf(request);
    return sendToken(reply, 201, work, await existing(work));
  });
  api.post("/token", { schema: { response: { 200: AcsUserToken } } }, async (request, reply) => {
    const work = await workOf(request);
    const { acsUserId } = await ensure(work);
    return sendToken(reply, 200, work, acsUserId);
  });
}
