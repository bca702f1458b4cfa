// Load shedding: while the process or the way to ACS is full, requests are refused before any work is spent on them.
// The gauge is our own, because the library for it judges a mean over an interval, in which one stall of two seconds
// disappears among a hundred quick turns of the event loop.
import type { FastifyInstance, FastifyReply } from "fastify";
import { Problem } from "../problems/problem.ts";

const sampleMs = 100;
/** How long a stall is remembered: long enough that a probe sees it, and that its backlog is worked off. */
const rememberMs = 500;
/** A lag of the event loop, in milliseconds, that counts the first time; half of it counts if it is seen twice in a row. */
const defaultMaxLagMs = 1_000;

export interface PressureGauge {
  /** Until then requests are refused; milliseconds of `performance.now()`. */
  readonly untilMs: number;
}

/**
 * Watches the event loop until the server closes.
 * @param maxLagMs the lag from which on requests are shed; a second by default
 */
export function watchEventLoop(app: FastifyInstance, maxLagMs = defaultMaxLagMs): PressureGauge {
  let expectedAt = performance.now() + sampleMs;
  let previousLagMs = 0;
  const gauge = { untilMs: Number.NEGATIVE_INFINITY };
  const timer = setInterval(() => {
    const now = performance.now();
    const lagMs = now - expectedAt;
    if (lagMs > maxLagMs || Math.min(lagMs, previousLagMs) > maxLagMs / 2) gauge.untilMs = now + rememberMs;
    previousLagMs = lagMs;
    expectedAt = now + sampleMs;
  }, sampleMs).unref();
  app.addHook("onClose", async () => clearInterval(timer));
  return gauge;
}

/** Answers a request that has waited too long for its handler. */
export function giveUp(reply: FastifyReply): void {
  if (reply.sent) return;
  // A response that has begun cannot become another one.
  if (reply.raw.headersSent) reply.raw.destroy();
  else reply.send(new Problem("overloaded", { reason: "handler-timeout", headers: { "retry-after": "1" } }));
}
