// What the server does for every request on any route: an id and security headers, validation against the contract,
// a last deadline, refusal while overloaded, and the end of the connection while the server drains.
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type {
  FastifyBodyParser,
  FastifyInstance,
  FastifyReply,
  FastifyServerOptions,
  onRequestHookHandler,
} from "fastify";
import type { z } from "zod";
import { Problem } from "../problems/problem.ts";
import type { TenantList } from "../resources/tenant.ts";
import { type Addresses, malformedAddress } from "./addresses.ts";
import { endUnread } from "./client-error.ts";
import type { Drain } from "./drain.ts";
import { giveUp, type PressureGauge } from "./overload.ts";
import { securityHeaders } from "./security-headers.ts";

export const newRequestId = (): string => randomUUID();

/** Adds the hook that sets the headers of every response. Add it first, so that refusals carry them too. */
export function addResponseHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id).headers(securityHeaders);
    done();
  });
}

/** For Fastify's `rewriteUrl`: most addresses are already as the router knows them. */
export const addressReader =
  ({ known, read }: Addresses) =>
  (request: IncomingMessage, { url = "/", headers } = request): string =>
    known.has(url) && headers.host ? url : read(url, request);

/** Adds the hook that decides about bodies: a type without any bytes is none, and a route that does not exist reads none. */
export function addBodyRules(app: FastifyInstance): void {
  app.addHook("onRequest", ({ is404, raw: { headers, url } }, _reply, done) => {
    if (!Number(headers["content-length"]) && !headers["transfer-encoding"]) delete headers["content-type"];
    if (!is404) return done();
    done(new Problem(url === malformedAddress ? "request-invalid" : "not-found"));
  });
}

/** Reads JSON; a body that turns out to have no bytes is none. */
export function parseJson(app: FastifyInstance): FastifyBodyParser<string> {
  const parse = app.getDefaultJsonParser("error", "error");
  return (request, body, done) => (body === "" ? done(null, undefined) : parse(request, body, done));
}

/** Adds the hook that closes each connection with its next response while the server drains. */
export function addConnectionClose(app: FastifyInstance, drain: Drain): void {
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (drain.isDraining) reply.header("connection", "close");
    done(null, payload);
  });
}

/** A hook that refuses with 503 while the event loop lags or no ACS resource has a free connection; for routes that cost something. */
export function refuseWhileOverloaded(pressure: PressureGauge, tenants: Pick<TenantList, "resources">) {
  const hook: onRequestHookHandler = (_request, _reply, done) => {
    const isFull = tenants.resources.every(({ identity }) => identity.resilience.isSaturated);
    const isOverloaded = isFull || performance.now() < pressure.untilMs;
    done(isOverloaded ? new Problem("overloaded", { reason: "shed", headers: { "retry-after": "1" } }) : undefined);
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
  app.addHook("onRequest", (request, reply, done) => {
    // Its client left before a host handed it over: nobody waits, and "close" will not be emitted again.
    if (reply.raw.destroyed) return;
    const slot = free.pop() ?? waiting.length;
    waiting[slot] = reply;
    reply.raw.on("close", () => {
      waiting[slot] = undefined;
      free.push(slot);
      if (request.raw.complete === false) endUnread(request.raw);
    });
    done();
  });
}

/**
 * For the Fastify constructor: zod itself checks `schema.body` and `schema.response`. Fastify's own way compiles a function for
 * each schema at every start and loads two libraries for that; see bench/README.md. The type differs from Fastify's,
 * which is that of these libraries.
 */
export const schemaController = {
  compilersFactory: {
    buildValidator: () => (part: { schema: z.ZodType }) => (given: unknown) => {
      const { error, data } = part.schema.safeParse(given);
      return error ? { error } : { value: data };
    },
    buildSerializer: () => (part: { schema: z.ZodType }) => (answer: unknown) =>
      JSON.stringify(part.schema.parse(answer)),
  },
} as unknown as NonNullable<FastifyServerOptions["schemaController"]>;
