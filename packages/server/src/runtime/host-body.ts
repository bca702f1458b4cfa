// The body of a request that a host hands over. A parser of the host may have read it: what the parser made of it becomes a stream
// again, so that the route reads it by its own rules.
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { Problem } from "../problems/problem.ts";

/** A request as Express and Connect pass it on: they keep the whole address, and may have read the body. */
export type HostRequest = IncomingMessage & { originalUrl?: string; body?: unknown };

/** What was sent, as far as the result of `json()`, `urlencoded()`, `text()` or `raw()` tells. */
function textOf({ body, headers }: HostRequest): string | Uint8Array {
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (!/^application\/x-www-form-urlencoded\b/i.test(headers["content-type"] ?? "")) return JSON.stringify(body);
  // A parameter that was sent twice is a list, and a nested one nothing that we know.
  const entries = Object.entries(body as object).flatMap(([name, value]: [string, unknown]) =>
    [value].flat().flatMap((each) => (typeof each === "string" ? [[name, each] as [string, string]] : [])),
  );
  return new URLSearchParams(entries).toString();
}

/** Adds the hook that puts the body back, or immediately says that it is gone. */
export function addHostBody(app: FastifyInstance): void {
  app.addHook("preParsing", async ({ raw, method }, _reply, payload) => {
    const request: HostRequest = raw;
    const { "content-length": contentLength, "transfer-encoding": chunked } = request.headers;
    const hasBody = method !== "GET" && (Number(contentLength) > 0 || chunked !== undefined);
    if (!hasBody || !request.readableDidRead) return payload;
    if (request.body === undefined) throw new Problem("body-already-read");
    // Fastify compares what it reads with Content-Length, which is that of the text as it was sent.
    const receivedEncodedLength = Number(contentLength ?? 0);
    return Object.assign(Readable.from([Buffer.from(textOf(request))]), { receivedEncodedLength });
  });
}
