// Requests that never become requests: not HTTP, too large, too slow. Node hands over the bare socket; the answer has the
// same shape and a request id like every other.
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { type ProblemName, problems } from "@teams-token-exchange/rules";
import type { FastifyBaseLogger } from "fastify";
import { problemBody } from "../problems/problem-handler.ts";

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
export function answerClientError(log: FastifyBaseLogger, error: { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOfCode[error.code ?? ""] ?? "request-invalid";
  const { status } = problems[problem];
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(problem, requestId));
  log.info({ requestId, status, problem, reason: error.code }, "request not readable");
  const headers = [
    `HTTP/1.1 ${status} ${reasonPhrase[status]}`,
    "Connection: close",
    "Cache-Control: no-store",
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
  ];
  socket.end(`${headers.join("\r\n")}\r\n\r\n${body}`);
}
