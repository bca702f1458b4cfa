// GET, POST and DELETE /api/admin/deny-list, for callers whose token carries the app role of the setting. Mounted inside the
// authenticated scope, and only where the setting names a role.

import { DenyAnswer, DenyRemoval, DenyRequest, DenyViews } from "@teams-token-exchange/rules/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { deny, viewOf } from "../../deny-list/administer.ts";
import type { DenyList } from "../../deny-list/deny-list-types.ts";
import { Problem } from "../../problems/problem.ts";

interface DenyListRouteOptions {
  denyList: DenyList;
  /** The app role that the caller's token must carry in `roles`. */
  adminAppRole: string;
  /** The time, in milliseconds since 1970. */
  now: () => number;
}

/** Adds the three routes. */
export function addDenyListRoutes(api: FastifyInstance, { denyList, adminAppRole, now }: DenyListRouteOptions): void {
  const path = "/api/admin/deny-list";
  const onlyAdmins = async ({ caller }: FastifyRequest) => {
    if (!caller.roles.includes(adminAppRole)) throw new Problem("role-missing");
  };

  api.get(path, { onRequest: onlyAdmins, schema: { response: { 200: DenyViews } } }, async () => ({
    entries: (await denyList.list()).map(viewOf),
  }));
  api.post<{ Body: DenyRequest }>(
    path,
    { onRequest: onlyAdmins, schema: { body: DenyRequest, response: { 201: DenyAnswer } } },
    async (request, reply) => {
      const denial = request.body;
      const answer = await deny(denyList, denial, now());
      request.log.warn({ denied: denial.subject.kind }, "deny-list: added");
      return reply.code(201).send(answer);
    },
  );
  api.delete<{ Body: DenyRemoval }>(
    path,
    { onRequest: onlyAdmins, schema: { body: DenyRemoval, response: { 200: RemovalAnswer } } },
    async (request) => {
      const { subject } = request.body;
      const removed = await denyList.remove(subject);
      request.log.warn({ denied: subject.kind, removed }, "deny-list: removed");
      return { removed };
    },
  );
}

const RemovalAnswer = z.object({ removed: z.boolean() });
