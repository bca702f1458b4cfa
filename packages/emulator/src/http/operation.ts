// An operation is a function from a request to an answer. `serve-operations.ts` adds Fastify, faults and the log.
import type { IncomingHttpHeaders } from "node:http";
import type { WireAnswer } from "../faults/play-fault.ts";
import type { EmulatorContext } from "./context.ts";

/** A request as operations see it. */
export interface OperationRequest {
  method: string;
  /** Path and query as received, still encoded: HMAC signatures cover these characters. */
  target: string;
  /** The emulator's address, HTTP or HTTPS as the client connected, without a trailing slash. */
  origin: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Header values; a list for a header that occurs more than once. */
export type AnswerHeaders = WireAnswer["headers"];

/** The answer of an operation. An object is sent as JSON. `asked` and `reason` go to the request log. */
export interface Answer {
  status: number;
  headers?: AnswerHeaders;
  body?: object | string;
  asked?: string;
  reason?: string;
}

/** One operation with Microsoft's name for it. Paths follow Fastify: `:name` is a parameter, `::` is a colon. */
export interface Operation {
  name: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  path: string;
  /** The api-versions that have this operation, if the service uses api-versions. */
  versions?: readonly string[];
  /** The largest body. Default: 1 MiB. */
  bodyLimitBytes?: number;
  /** Whether HEAD gets the same headers: for a GET that changes nothing, which tools call to see if a server is up. */
  answersHead?: boolean;
  handle(context: EmulatorContext, request: OperationRequest): Answer | Promise<Answer>;
}

/** The body as a form; empty if there is no body. */
export const formOf = (request: OperationRequest): URLSearchParams =>
  new URLSearchParams(request.body.toString("utf8"));

/** The body as a JSON object; `undefined` if it is anything else. A missing body counts as an empty object. */
export function jsonObjectOf(request: OperationRequest): Record<string, unknown> | undefined {
  if (request.body.byteLength === 0) return {};
  try {
    // Invalid UTF-8 is refused. A byte order mark, which some editors write, is ignored.
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(request.body));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The value of a header; the first if it occurs more than once. */
export function headerOf(request: OperationRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Converts the answer to bytes and headers. No answer may be cached unless the operation allows it. */
export function toWire(answer: Answer): WireAnswer {
  const headers: AnswerHeaders = { "cache-control": "no-store", ...answer.headers };
  if (answer.body === undefined) return { status: answer.status, headers, body: Buffer.alloc(0) };
  if (typeof answer.body === "string") return { status: answer.status, headers, body: Buffer.from(answer.body) };
  headers["content-type"] ??= "application/json; charset=utf-8";
  return { status: answer.status, headers, body: Buffer.from(JSON.stringify(answer.body)) };
}
