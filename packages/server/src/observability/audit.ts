// One audit event per decision: who asked, as which client, and what was decided and why. Mounted on the scope of private
// routes, and written before the answer leaves, so that no token goes out without a line that tells of it. A caller who
// could not be authenticated is nobody: whatever the token claims is not a fact.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { routeOf } from "./request-end.ts";

/** Facts about a decision beyond the caller and the problem. */
export interface AuditFacts {
  /** Whether the Teams token could be read, or ACS alone decided. */
  teamsTokenForm?: "matched" | "opaque";
  /** ACS's own error code. */
  acsCode?: string | undefined;
  /** ACS's HTTP status, where it refused or failed. */
  acsStatus?: number | undefined;
  /** Microsoft's correlation vector of the ACS call. */
  msCv?: string | undefined;
  /** Entra's own error code, such as AADSTS65001. */
  entraCode?: string | undefined;
  /** Entra's id of the failed request; Microsoft's support asks for it. */
  correlationId?: string | undefined;
}

const who = ({ caller }: FastifyRequest) =>
  caller && { objectId: caller.objectId, tenantId: caller.tenantId, clientId: caller.clientId };

/** Mounts the audit of every route of the scope, whether it answers or refuses; before the scope's own hooks. */
export function mountAudit(api: FastifyInstance): void {
  api.addHook("onSend", (request, reply, payload, done) => {
    const { problem, reason, facts } = request.outcome ?? {};
    request.log.info(
      {
        decision: reply.statusCode < 400 ? "granted" : "refused",
        ...who(request),
        method: request.method,
        route: routeOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        problem,
        reason,
        ...facts,
      },
      "decision",
    );
    done(null, payload);
  });
}
