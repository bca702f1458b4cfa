// What may be logged, as an allow-list: a request is its method and the route's pattern, never its address or headers; an
// error is its kind and where it happened, never its message, which may quote its input.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Config } from "../config.ts";

interface LoggedError {
  [member: string]: unknown;
  type: string;
  /** The error's code; never its own message. */
  message: string;
  /** Where it was made: the frames of the stack without the line that quotes the message. */
  stack: string;
}

function serializeError(error: Error): LoggedError {
  const { code } = error as { code?: unknown };
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return {
    type: error.name,
    message: typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "",
    stack: frames.slice(0, 8).join("\n"),
    ...(error.cause instanceof Error && { cause: serializeError(error.cause) }),
  };
}

/** Logger options for the Fastify constructor. */
export function loggerOptions(level: Config["logLevel"]) {
  const none = () => ({});
  return { level, base: null, serializers: { err: serializeError, req: none, res: none } };
}

/** One line a request, when it has been answered. */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  request.log.info(
    {
      method: request.method,
      route: request.routeOptions.url ?? "none",
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...request.outcome,
    },
    "request",
  );
}

/** Mounts the request log. */
export function mountRequestLog(app: FastifyInstance): void {
  app.decorateRequest("outcome", undefined);
  app.addHook("onResponse", async (request, reply) => logRequest(request, reply));
}
