// The HTTP server without routes: limits, logger, request ids, and the responses to errors and unknown paths.
import Fastify, { type FastifyInstance, LogController, type RouteOptions } from "fastify";
import { type LogDestination, limitChildren, loggerOptions } from "../observability/logging.ts";
import { standardOutput } from "../observability/standard-output.ts";
import { handleError, handleNotFound } from "../problems/problem-handler.ts";
import type { Config } from "../settings/read-settings.ts";
import type { TrustedProxies } from "../settings/setting-formats.ts";
import { type Addresses, createAddresses } from "./addresses.ts";
import { answerClientError } from "./client-error.ts";
import { addForwardedFor } from "./forwarded-for.ts";
import { addHandlerDeadline, addressReader, newRequestId, parseJson, schemaController } from "./request-handling.ts";
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
  /** Whether it runs inside another server, which passes whole addresses on. A proxy may remove the path from them. */
  isHosted: boolean;
}

/** A server without routes that answers everything with a problem. */
export function createServer(config: Config, options: ServerOptions): FastifyInstance {
  const { maxConnections, handlerTimeout, ...limits } = { ...requestLimits, ...options.requestLimits };
  const addresses = createAddresses(options.isHosted ? "" : options.mountPath);
  const app: FastifyInstance = Fastify({
    ...limits,
    http: { ...limits.http, requireHostHeader: false },
    rewriteUrl: addressReader(addresses),
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
    clientErrorHandler: (error, socket) => answerClientError(app, error, socket),
  });
  app.server.maxConnections = maxConnections;
  app.decorate("mountPath", options.mountPath);
  app.decorate("callerTokenHeader", config.callerTokenHeader ?? "");
  const ownRoutes: RouteOptions[] = [];
  app.decorate("ownRoutes", ownRoutes);
  app.addHook("onRoute", (route) => {
    ownRoutes.push(route);
    addresses.add(route.url, route.config?.shownAs !== undefined);
  });
  app.decorate("routeAddresses", addresses);
  limitChildren(app.log);
  addHandlerDeadline(app, handlerTimeout);
  if (config.trustedProxies !== false) addForwardedFor(app);
  app.removeContentTypeParser("text/plain");
  app.addContentTypeParser("application/json", { parseAs: "string" }, parseJson(app));
  // An expectation that nobody knows may be ignored; Node would answer it without any of our headers (RFC 9110, section 10.1.1).
  app.server.on("checkExpectation", app.routing);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleNotFound);
  return app;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** The name under which this route is logged and measured, if its pattern is not a good one. */
    shownAs?: string;
  }
  interface FastifyInstance {
    /** Where all routes are mounted; empty for the root. */
    mountPath: string;
    /** The header that may carry the caller token instead of `Authorization`, in lower case; empty for none. */
    callerTokenHeader: string;
    /** Every route, as it was registered. */
    ownRoutes: readonly RouteOptions[];
    /** Which route an address means. */
    routeAddresses: Addresses;
  }
}
