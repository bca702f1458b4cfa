// An operation is a function from a request to an answer; Fastify, faults and the log are wrapped around it elsewhere.
import type { IncomingHttpHeaders } from "node:http";
import type { WireAnswer } from "../faults/play-fault.ts";
import type { EmulatorContext } from "./context.ts";

/** A request as operations see it. */
export interface OperationRequest {
  method: string;
  /** Path and query exactly as they came, still encoded: what an HMAC signs. */
  target: string;
  /** This emulator's address on the connection that was used, without a trailing slash. */
  origin: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Header values; several for a name that repeats. */
export type AnswerHeaders = WireAnswer["headers"];

/** What an operation answers. Objects become JSON. `asked` and `reason` go to the request log. */
export interface Answer {
  status: number;
  headers?: AnswerHeaders;
  body?: object | string;
  asked?: string;
  reason?: string;
}

/** One operation under the vendor's name. Paths are Fastify's: `:name` is a parameter, `::` a colon. */
export interface Operation {
  name: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  path: string;
  /** Versions that know it, where the service has any. */
  versions?: readonly string[];
  handle(context: EmulatorContext, request: OperationRequest): Answer | Promise<Answer>;
}

/** The body as a form; an absent body is an empty one. */
export const formOf = (request: OperationRequest): URLSearchParams =>
  new URLSearchParams(request.body.toString("utf8"));

/** The body as a JSON object; `undefined` when it is anything else. An absent body is an empty object. */
export function jsonObjectOf(request: OperationRequest): Record<string, unknown> | undefined {
  if (request.body.byteLength === 0) return {};
  try {
    const value: unknown = JSON.parse(request.body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** One header's value; the first where it repeats. */
export function headerOf(request: OperationRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The answer's bytes and headers. Nothing here may be cached unless the operation says so. */
export function toWire(answer: Answer): WireAnswer {
  const headers: AnswerHeaders = { "cache-control": "no-store", ...answer.headers };
  if (answer.body === undefined) return { status: answer.status, headers, body: Buffer.alloc(0) };
  if (typeof answer.body === "string") return { status: answer.status, headers, body: Buffer.from(answer.body) };
  headers["content-type"] ??= "application/json; charset=utf-8";
  return { status: answer.status, headers, body: Buffer.from(JSON.stringify(answer.body)) };
}
