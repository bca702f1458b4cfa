// What the server does for every request on any route: an id and security headers, validation against the contract,
// a last deadline, refusal while overloaded, and the end of the connection while the server drains.
import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyServerOptions, onRequestHookHandler } from "fastify";
import type { z } from "zod";
import { Problem } from "../problems/problem.ts";
import type { Drain } from "./drain.ts";
import { giveUp, type PressureGauge } from "./overload.ts";

export const newRequestId = (): string => randomUUID();

/**
 * Responses of the API are data: nothing may be loaded from them or frame them. Headers that only pages need are sent with
 * pages only.
 */
const securityHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** Adds the hook that sets the headers of every response. Add it first, so that refusals carry them too. */
export function addResponseHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id).headers(securityHeaders);
    done();
  });
}

/** Adds the hook that closes each connection with its next response while the server drains. */
export function addConnectionClose(app: FastifyInstance, drain: Drain): void {
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (drain.isDraining) reply.header("connection", "close");
    done(null, payload);
  });
}

/** A hook that refuses with 503 while the event loop lags or ACS has no free connection; for routes that cost something. */
export function refuseWhileOverloaded(pressure: PressureGauge, acs: { readonly isSaturated: boolean }) {
  const hook: onRequestHookHandler = (_request, _reply, done) => {
    const isOverloaded = performance.now() < pressure.untilMs || acs.isSaturated;
    done(isOverloaded ? new Problem("overloaded", { headers: { "retry-after": "1" } }) : undefined);
  };
  return hook;
}

/**
 * Answers 503 to every request that waits longer than this for its handler, in milliseconds. It is the last resort behind the
 * deadlines of the calls to other services. One timer checks all requests, ten times per deadline, because Fastify's
 * handlerTimeout makes a timer and a signal for each of them.
 */
export function addHandlerDeadline(app: FastifyInstance, maxMs: number): void {
  // Slots, not a Set: a Set keeps the requests it held before it grew until the old generation is collected.
  const waiting: (FastifyReply | undefined)[] = [];
  const free: number[] = [];
  const timer = setInterval(() => {
    for (const reply of waiting) if (reply && reply.elapsedTime >= maxMs) giveUp(reply);
  }, maxMs / 10).unref();
  app.addHook("onClose", async () => clearInterval(timer));
  app.addHook("onRequest", (_request, reply, done) => {
    const slot = free.pop() ?? waiting.length;
    waiting[slot] = reply;
    reply.raw.on("close", () => {
      waiting[slot] = undefined;
      free.push(slot);
    });
    done();
  });
}

/** A part of a route's schema; every one is zod's. */
interface Part {
  schema: z.ZodType;
}

/**
 * For the Fastify constructor: zod itself checks `schema.body` and `schema.response`. Fastify's own way compiles a function for
 * each schema at every start and loads two libraries for that; see bench/README.md. The type differs from Fastify's,
 * which is that of these libraries.
 */
export const schemaController = {
  compilersFactory: {
    buildValidator: () => (part: Part) => (given: unknown) => {
      const { error, data } = part.schema.safeParse(given);
      return error ? { error } : { value: data };
    },
    buildSerializer: () => (part: Part) => (answer: unknown) => JSON.stringify(part.schema.parse(answer)),
  },
} as unknown as NonNullable<FastifyServerOptions["schemaController"]>;
