// The log of requests. One line per request says how it ended: answered, or given up by the client. On private routes, one
// audit line per decision says who asked, as which client, and why it was granted or refused.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RequestEnd } from "./telemetry.ts";

/** The name under which a route is logged and measured. */
export const routeOf = ({ routeOptions }: FastifyRequest): string =>
  routeOptions.config.shownAs ?? routeOptions.url ?? "none";

function endOf(request: FastifyRequest, reply: FastifyReply): RequestEnd {
  return {
    method: request.method,
    route: routeOf(request),
    status: reply.raw.writableFinished ? reply.statusCode : undefined,
    problem: request.outcome?.problem,
    durationMs: reply.elapsedTime,
  };
}

/** Adds the request log. Add it first, so that it sees every response. `onEnd` gets each end as well, for measurements. */
export function addRequestLog(
  app: FastifyInstance,
  onEnd: ((request: FastifyRequest, end: RequestEnd) => void) | undefined,
): void {
  app.decorateRequest("outcome", undefined);
  app.addHook("onRequest", (request, reply, done) => {
    // Fastify does not call onResponse if the client hangs up. "close" is emitted in any case, and last.
    reply.raw.on("close", () => {
      const end = endOf(request, reply);
      const { method, route, status, durationMs } = end;
      const { problem, reason } = request.outcome ?? {};
      const ms = Math.round(durationMs);
      const outcome = status === undefined ? { aborted: true } : { status };
      request.log.info({ method, route, ...outcome, ms, problem, reason }, "request");
      onEnd?.(request, end);
    });
    done();
  });
}

/** An unauthenticated caller is nobody: what an invalid token claims is not a fact. */
const who = ({ caller, tenant }: FastifyRequest) =>
  caller && { objectId: caller.objectId, tenantId: caller.tenantId, tenant: tenant.name, clientId: caller.clientId };

/**
 * Adds the audit log of every route of the scope. Each line is written before the response leaves, so that no token goes out
 * without one. Add it before the scope's own hooks.
 */
export function addAuditLog(api: FastifyInstance): void {
  api.addHook("onSend", (request, reply, payload, done) => {
    const { problem, reason, facts } = request.outcome ?? {};
    // Shed before anyone looked at it, so nothing was decided.
    if (reason === "shed") return done(null, payload);
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
