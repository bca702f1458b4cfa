// Requests that never become requests: not HTTP, too large, too slow. Node hands over the bare socket; the answer has the
// same shape, headers and request id as every other. And requests that are answered before they are complete.
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type ProblemName, problems } from "@teams-token-exchange/rules";
import type { FastifyInstance } from "fastify";
import { problemBody } from "../problems/problem-handler.ts";
import { securityHeaders } from "./security-headers.ts";

const problemOfCode: Record<string, ProblemName> = {
  HPE_HEADER_OVERFLOW: "headers-too-large",
  ERR_HTTP_REQUEST_TIMEOUT: "request-timeout",
};
const reasonPhrase: Record<number, string> = {
  400: "Bad Request",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

/** Handler for the `clientError` event of the HTTP server. Ends the connection. */
export function answerClientError(
  { log, mountPath }: Pick<FastifyInstance, "log" | "mountPath">,
  error: { code?: string },
  socket: Socket,
): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOfCode[error.code ?? ""] ?? "request-invalid";
  const { status } = problems[problem];
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(problem, requestId, { mountPath }));
  log.info({ requestId, status, problem, reason: error.code }, "request not readable");
  const headers = [
    `HTTP/1.1 ${status} ${reasonPhrase[status]}`,
    "Connection: close",
    ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
  ];
  socket.end(`${headers.join("\r\n")}\r\n\r\n${body}`);
}

/** How long a client may go on sending a body that nobody reads. If it were cut off immediately, it would lose the answer too. */
const lingerMs = 500;

/** Closes the connection of a request that is answered, unless the rest of its body arrives soon. Does not keep the request. */
export function endUnread(request: IncomingMessage): void {
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  request.once("close", () => clearTimeout(timer));
}
