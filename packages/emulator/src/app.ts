// Creates the Fastify app with all operations. It reads every body as bytes; operations parse them.
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { inventedHeader } from "./acs/acs-error.ts";
import { operationNames, operations } from "./all-operations.ts";
import { controlApi } from "./control/control-api.ts";
import { controlPage } from "./control/control-page.ts";
import { withKeyAsSegment } from "./graph/key-as-segment.ts";
import type { EmulatorContext } from "./http/context.ts";
import { hostProblem } from "./http/host-rules.ts";
import { serveOperations, serveWithoutLog } from "./http/serve-operations.ts";
import { readControlScript } from "./package-files.ts";

const BODY_LIMIT_BYTES = 1_048_576;

/** Some clients request `//access/…` if the connection string ends in a slash. */
const withoutDoubleSlash = (url: string | undefined): string => (url ?? "/").replace(/^\/{2,}/, "/");

/** Ids and addresses in a path can be long: the id of a Teams user in ACS has more than 100 characters. */
const MAX_PARAMETER_LENGTH = 4_000;

const problemCodes: Record<number, string> = {
  400: "EmulatorMalformedRequest",
  413: "EmulatorBodyTooLarge",
  414: "EmulatorUrlTooLong",
  415: "EmulatorUnsupportedBody",
};

/** Errors of the HTTP layer, such as a malformed escape or a body that is too large, and mistakes of the emulator. */
function answerFailure(error: Error & { statusCode?: number }, _request: FastifyRequest, reply: FastifyReply) {
  const status = error.statusCode ?? 500;
  const code = problemCodes[status] ?? (status < 500 ? "EmulatorBadRequest" : "EmulatorFailed");
  // A URL can contain a token.
  const message =
    status === 400 || status === 414 ? "The URL or the headers are malformed or too long." : error.message;
  return reply
    .code(status)
    .headers({ ...inventedHeader, "cache-control": "no-store" })
    .send({ error: { code, message } });
}

/** Answers requests that the emulator does not support with a clear error, so that nobody takes it for Microsoft's. */
function answerUnsupported(app: FastifyInstance, context: EmulatorContext): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.originalUrl.split("?", 1)[0] ?? "";
    context.log.arrived("unsupported");
    const reason = "not supported by the emulator";
    const time = new Date(context.clock.now()).toISOString();
    context.log.add({ time, operation: "unsupported", method: request.method, path, status: 404, reason });
    const message = `The emulator does not support ${request.method} ${path}. SUPPORT.md lists the supported operations.`;
    return reply
      .code(404)
      .headers(inventedHeader)
      .send({ error: { code: "EmulatorUnsupported", message } });
  });
}

/** Refuses foreign hosts before a body is read or an operation runs. */
function refuseForeignHosts(app: FastifyInstance, context: EmulatorContext): void {
  app.addHook("onRequest", (request, reply, next) => {
    const problem = hostProblem(context, request.headers.host);
    if (!problem) return next();
    const { status, code, message } = problem;
    return reply.code(status).headers(inventedHeader).send({ error: { code, message } });
  });
}

/** Creates the app; it does not listen yet. */
export function createApp(context: EmulatorContext): FastifyInstance {
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    frameworkErrors: answerFailure,
    rewriteUrl: (request) => withKeyAsSegment(withoutDoubleSlash(request.url)),
  });
  app.setErrorHandler(answerFailure);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  refuseForeignHosts(app, context);
  serveOperations(app, context, operations);
  serveOperations(app, context, [controlApi, ...controlPage(operationNames, readControlScript)], serveWithoutLog);
  answerUnsupported(app, context);
  return app;
}
