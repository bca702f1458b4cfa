// GET, POST and DELETE /api/user, GET and POST /api/token: the contract of Microsoft's original sample for ACS users that stand
// for users of Entra. Mounted inside the authenticated scope; the order of things is in mapped-user.ts.

import type { Caller } from "@teams-token-exchange/rules";
import { AcsUser, AcsUserToken } from "@teams-token-exchange/rules/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { AcsToken } from "../../acs/acs-failure.ts";
import { issueUnlessDenied, refuseDenied } from "../../deny-list/deny-list.ts";
import type { DenyList } from "../../deny-list/deny-list-types.ts";
import { callerKey, readBearer } from "../../entra/authenticate.ts";
import { createCoalesce } from "../../exchange/exchange.ts";
import type { Coalesce } from "../../exchange/exchange-context.ts";
import { markDeprecated, refuseNavigation } from "../../exchange/legacy-get.ts";
import { Problem } from "../../problems/problem.ts";
import type { Tenant } from "../../resources/tenant.ts";
import {
  deleteMappedUser,
  ensureMappedUser,
  findMappedUser,
  issueUserToken,
  type MappedUserContext,
} from "./mapped-user.ts";
import type { MappingOwner } from "./mappings/mapping-store.ts";
import type { ResilientUsers } from "./resilient-users.ts";

export interface EnsuredUser {
  readonly acsUserId: string;
  readonly created: boolean;
}

export interface AcsUsersRouteOptions extends Omit<MappedUserContext, "users"> {
  /** The client for the ACS users of a tenant. */
  usersOf: (tenant: Tenant) => ResilientUsers;
  denyList: DenyList;
  /** One deadline for everything that a request asks of others, in milliseconds. */
  deadlineMs: number;
}

/** After its deadline, work has this long to say why it failed, in milliseconds. */
const graceMs = 250;

/** What a request asks for: whose it is, and until when. */
interface Work {
  context: MappedUserContext;
  caller: Caller;
  owner: MappingOwner;
  signal: AbortSignal;
}

/** Adds the five routes. Statuses are the original's; POST /api/token is ours and makes the user if there is none. */
export function addAcsUsersRoutes(api: FastifyInstance, options: AcsUsersRouteOptions): void {
  const { denyList, deadlineMs, store, newKey } = options;
  /** Simultaneous first requests of one user share one new ACS user. */
  const making = createCoalesce<EnsuredUser>();
  /** Simultaneous token requests of one user share one token. */
  const issuing = createCoalesce<AcsToken>();

  async function workOf(request: FastifyRequest): Promise<Work> {
    const { tenantId, objectId } = request.caller;
    await refuseDenied(denyList, request.caller);
    const callerToken = readBearer(request);
    if (callerToken instanceof Problem) throw callerToken;
    const owner = { tenantId, objectId, callerToken };
    const context = { users: options.usersOf(request.tenant), store, newKey };
    return { context, caller: request.caller, owner, signal: AbortSignal.timeout(deadlineMs) };
  }

  /** Simultaneous requests of one user share the work. */
  async function share<Value>(
    coalesce: Coalesce<Value>,
    { owner, signal }: Work,
    work: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    // The work has its own deadline and says what failed. Only a request that joins it late may time out earlier.
    const patience = AbortSignal.timeout(deadlineMs + graceMs);
    return coalesce(callerKey(owner), () => work(signal), patience).catch((cause: unknown) => {
      if (cause !== patience.reason) throw cause;
      throw new Problem("upstream-timeout", { reason: "timeout", cause });
    });
  }

  const ensure = (work: Work): Promise<EnsuredUser> =>
    share(making, work, (signal) => ensureMappedUser(work.context, work.owner, signal));

  async function existing({ context, owner, signal }: Work): Promise<string> {
    const acsUserId = await findMappedUser(context, owner, signal);
    if (acsUserId === undefined) throw new Problem("mapping-not-found");
    return acsUserId;
  }

  async function sendToken(reply: FastifyReply, status: number, work: Work, acsUserId: string) {
    const issue = (signal: AbortSignal) => issueUserToken(work.context, acsUserId, signal);
    const { token, expiresOn, msCv } = await issueUnlessDenied(
      denyList,
      work.caller,
      () => share(issuing, work, issue),
      (issued) => ({ expiresOn: issued.expiresOn, acsUserId }),
    );
    reply.request.outcome = { facts: { msCv, resource: reply.request.tenant.resource.name } };
    const user = { communicationUserId: acsUserId };
    return reply.code(status).send({ token, expiresOn: expiresOn.toISOString(), user } satisfies AcsUserToken);
  }

  api.get("/api/user", { schema: { response: { 200: AcsUser } } }, async (request): Promise<AcsUser> => {
    return { acsUserIdentity: await existing(await workOf(request)) };
  });
  api.post("/api/user", { schema: { response: { 200: AcsUser, 201: AcsUser } } }, async (request, reply) => {
    const { acsUserId, created } = await ensure(await workOf(request));
    return reply.code(created ? 201 : 200).send({ acsUserIdentity: acsUserId } satisfies AcsUser);
  });
  api.delete("/api/user", { schema: { response: { 204: z.null() } } }, async (request, reply) => {
    const { context, owner, signal } = await workOf(request);
    await deleteMappedUser(context, owner, signal);
    return reply.code(204).send();
  });

  api.get("/api/token", { schema: { response: { 201: AcsUserToken } } }, async (request, reply) => {
    refuseNavigation(request);
    markDeprecated(reply, "/api/token");
    const work = await workOf(request);
    return sendToken(reply, 201, work, await existing(work));
  });
  api.post("/api/token", { schema: { response: { 200: AcsUserToken } } }, async (request, reply) => {
    const work = await workOf(request);
    const { acsUserId } = await ensure(work);
    return sendToken(reply, 200, work, acsUserId);
  });
}
