// Anything thrown → application/problem+json (RFC 9457). Nothing of an error's own message ever reaches a client.

import { type ProblemName, problems, problemType } from "@teams-token-exchange/rules";
import type { ProblemBody } from "@teams-token-exchange/rules/contract";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { describeInvalidInput } from "./invalid-input.ts";
import { type AuditFacts, Problem } from "./problem.ts";

interface ProblemExtra {
  /** Where all routes are mounted. */
  mountPath?: string;
  /** Members beyond those of the catalogue. */
  body?: Problem["context"]["body"];
}

/** The body of a problem as it goes over the wire. */
export function problemBody(
  name: ProblemName,
  requestId: string,
  { mountPath = "", body }: ProblemExtra = {},
): ProblemBody {
  const { status, title, remedy } = problems[name];
  return { type: `${mountPath}${problemType(name)}`, title, status, detail: remedy, requestId, ...body };
}

/** What is wrong with the body, before the advice of the catalogue. */
function invalidBody(error: FastifyError): { body?: { detail: string } } {
  const isJson = !["FST_ERR_CTP_INVALID_JSON_BODY", "FST_ERR_CTP_EMPTY_JSON_BODY"].includes(error.code);
  const fault = isJson ? describeInvalidInput(error) : "The body must be JSON.";
  return fault === undefined ? {} : { body: { detail: `${fault} ${problems["request-invalid"].remedy}` } };
}

/** What Fastify itself throws, by the code that it documents; anything unknown is a defect of ours. */
function problemOf(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  const cause = error;
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new Problem("body-too-large", { cause });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
    case "FST_ERR_CTP_INVALID_CONTENT_TYPE":
      return new Problem("media-type-unsupported", { cause });
    default:
      if (!error.statusCode || error.statusCode >= 500) return new Problem("internal-error", { cause });
      return new Problem("request-invalid", { cause, ...invalidBody(error) });
  }
}

/**
 * What to answer to anything thrown. 5xx are logged as errors with their cause, all others as the outcome of the request: also one
 * that was shed, because a server under pressure must not write more lines for it.
 */
export function reportProblem(error: FastifyError | Problem, request: FastifyRequest) {
  const { problem, context, cause } = problemOf(error);
  request.outcome = { problem, reason: context.reason, facts: context.facts };
  if (problems[problem].status >= 500 && context.reason !== "shed") {
    request.log.error(
      { problem, reason: context.reason, ...(cause !== undefined && { err: cause }) },
      "request failed",
    );
  }
  const body = problemBody(problem, request.id, { mountPath: request.server.mountPath, body: context.body });
  return { problem, body, headers: context.headers ?? {} };
}

/** Fastify error handler. */
export function handleError(error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { body, headers } = reportProblem(error, request);
  return reply.code(body.status).headers(headers).type("application/problem+json").send(body);
}

/** Fastify not-found handler. */
export function handleNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return handleError(new Problem("not-found"), request, reply);
}

declare module "fastify" {
  interface FastifyRequest {
    /** How the request ended, for the log: the problem answered and why, and what else there is to tell. */
    outcome:
      | { problem?: ProblemName | undefined; reason?: string | undefined; facts?: AuditFacts | undefined }
      | undefined;
  }
}
