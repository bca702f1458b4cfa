// The last resort behind the deadline of each upstream: no request waits longer than this for its handler. One timer looks
// after all of them, because one each, with an abort signal, as Fastify's handlerTimeout has it, is paid by every exchange.
import type { FastifyInstance, FastifyReply } from "fastify";
import { Problem } from "../problems/problem.ts";

/** Answers 503 to whatever waits for longer than this, in milliseconds, seen within a tenth of it. Ends with the server. */
export function mountHandlerDeadline(app: FastifyInstance, maxMs: number): void {
  const waiting = new Set<FastifyReply>();
  const timer = setInterval(() => {
    // In the order in which they came: the first that is young enough ends the search.
    for (const reply of waiting) {
      if (reply.elapsedTime < maxMs) return;
      waiting.delete(reply);
      giveUp(reply);
    }
  }, maxMs / 10).unref();
  app.addHook("onClose", async () => clearInterval(timer));
  app.addHook("onRequest", (_request, reply, done) => {
    waiting.add(reply);
    reply.raw.once("close", () => waiting.delete(reply));
    done();
  });
}

function giveUp(reply: FastifyReply): void {
  if (reply.sent) return;
  // Half an answer cannot become another one.
  if (reply.raw.headersSent) reply.raw.destroy();
  else reply.send(new Problem("overloaded", { reason: "handler-timeout", headers: { "retry-after": "1" } }));
}
