// The last resort behind the deadline of each upstream: no request waits longer than this for its handler. One timer looks
// after all of them, because one each, with an abort signal, as Fastify's handlerTimeout has it, is paid by every exchange.
import type { FastifyInstance, FastifyReply } from "fastify";
import { Problem } from "../problems/problem.ts";

/** Answers 503 to whatever waits for longer than this, in milliseconds, seen within a tenth of it. Ends with the server. */
export function mountHandlerDeadline(app: FastifyInstance, maxMs: number): void {
  // Slots, not a Set: what a Set held when it last made room is kept, whole requests here, until the old generation is
  // collected, because the room that it left points to the new one.
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

function giveUp(reply: FastifyReply): void {
  if (reply.sent) return;
  // Half an answer cannot become another one.
  if (reply.raw.headersSent) reply.raw.destroy();
  else reply.send(new Problem("overloaded", { reason: "handler-timeout", headers: { "retry-after": "1" } }));
}
