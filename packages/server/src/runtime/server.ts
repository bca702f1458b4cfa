// The HTTP server without routes: limits, logger, request ids, and the responses to errors and unknown paths.
import Fastify, { type FastifyInstance, LogController, type RouteOptions } from "fastify";
import { type LogDestination, limitChildren, loggerOptions } from "../observability/logging.ts";
import { standardOutput } from "../observability/standard-output.ts";
import { handleError, handleNotFound } from "../problems/problem-handler.ts";
import type { Config } from "../settings/read-settings.ts";
import type { TrustedProxies } from "../settings/setting-formats.ts";
import { answerClientError } from "./client-error.ts";
import { addForwardedFor } from "./forwarded-for.ts";
import { addHandlerDeadline, newRequestId, schemaController } from "./request-handling.ts";
import { type RequestLimits, requestLimits } from "./request-limits.ts";

/** The trusted proxies as Fastify takes them. For a number of proxies it asks about each hop; the nearest one is 0. */
function trustProxy(trusted: TrustedProxies): false | string[] | ((address: string, hop: number) => boolean) {
  return typeof trusted === "number" ? (_address, hop) => hop < trusted : trusted;
}

interface ServerOptions {
  logDestination?: LogDestination | undefined;
  requestLimits?: Partial<RequestLimits> | undefined;
  /** Where all routes are mounted: a path such as `/calls`, or nothing. */
  mountPath: string;
}

/** A server without routes that answers everything with a problem. */
export function createServer(config: Config, options: ServerOptions): FastifyInstance {
  const { maxConnections, handlerTimeout, ...limits } = { ...requestLimits, ...options.requestLimits };
  const app: FastifyInstance = Fastify({
    ...limits,
    logger: { ...loggerOptions(config.logLevel), stream: options.logDestination ?? standardOutput() },
    // One line a request, written by request-log.ts.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newRequestId,
    exposeHeadRoutes: false,
    // While closing, requests that are already on their way over kept-alive connections are answered, not refused.
    return503OnClosing: false,
    trustProxy: trustProxy(config.trustedProxies),
    forceCloseConnections: "idle",
    schemaController,
    clientErrorHandler: (error, socket) => answerClientError(app.log, error, socket),
  });
  app.server.maxConnections = maxConnections;
  app.decorate("mountPath", options.mountPath);
  const ownRoutes: RouteOptions[] = [];
  app.decorate("ownRoutes", ownRoutes);
  app.addHook("onRoute", (route) => void ownRoutes.push(route));
  limitChildren(app.log);
  addHandlerDeadline(app, handlerTimeout);
  if (config.trustedProxies !== false) addForwardedFor(app);
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleNotFound);
  return app;
}

declare module "fastify" {
  interface FastifyInstance {
    /** Where all routes are mounted; empty in a server of our own. */
    mountPath: string;
    /** Every route, as it was registered. */
    ownRoutes: readonly RouteOptions[];
  }
}
