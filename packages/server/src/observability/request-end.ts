// The one place that sees how each request ended: answered, or given up by the client before the answer was out. It writes
// the request's log line and tells whoever measures.

import type { ProblemName } from "@teams-token-exchange/rules";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** How a request ended. */
export interface RequestEnd {
  method: string;
  /** The route's pattern; "none" where no route matched, so that addresses never become names of anything. */
  route: string;
  /** Undefined where the client did not wait for the answer. */
  status: number | undefined;
  problem: ProblemName | undefined;
  durationMs: number;
}

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

/** Mounts the request log; first of all, so that it sees whatever the other hooks answer. */
export function mountRequestEnd(app: FastifyInstance, ended: (request: FastifyRequest, end: RequestEnd) => void): void {
  app.decorateRequest("outcome", undefined);
  app.addHook("onRequest", (request, reply, done) => {
    // Fastify's onResponse is not called where the client hangs up; "close" is emitted in any case, and last.
    reply.raw.on("close", () => {
      const end = endOf(request, reply);
      const { method, route, status, durationMs } = end;
      const { problem, reason } = request.outcome ?? {};
      const ms = Math.round(durationMs);
      const outcome = status === undefined ? { aborted: true } : { status };
      request.log.info({ method, route, ...outcome, ms, problem, reason }, "request");
      ended(request, end);
    });
    done();
  });
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** The name under which this route is logged and measured, where its pattern is not a good one. */
    shownAs?: string;
  }
}
