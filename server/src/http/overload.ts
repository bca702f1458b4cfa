// Load shedding: while the process or the way to ACS is full, requests are refused before any work is spent on them.
import underPressure from "@fastify/under-pressure";
import type { FastifyInstance, onRequestAsyncHookHandler } from "fastify";
import { Problem } from "../problems/problem.ts";

/** Mean delay of the event loop over half a second: far above a busy second, so that a single stall sheds nothing. */
const maxEventLoopDelayMs = 200;

/** Starts watching the event loop; `app.isUnderPressure()` tells. */
export async function mountPressureGauge(app: FastifyInstance): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    sampleInterval: 500,
    // Which routes are shed is decided by where the hook below is mounted; probes must go on answering.
    pressureHandler: () => {},
  });
}

/** A hook that refuses with 503 while overloaded; for routes that cost something. */
export function createShedding(app: FastifyInstance, isSaturated: () => boolean): onRequestAsyncHookHandler {
  return async () => {
    if (app.isUnderPressure() || isSaturated()) throw new Problem("overloaded", { headers: { "retry-after": "1" } });
  };
}
