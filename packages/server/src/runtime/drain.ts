// Stops a process without losing a request. New connections are refused, so clients and balancers use another instance. Open
// connections stay open, because a request may be on its way over an idle one. Each gets `Connection: close` with its next
// response, and a moment to send that request.
import { Server as NetServer } from "node:net";
import { setTimeout as pause, setImmediate } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** Longer than a busy client leaves a kept-alive connection unused. */
const drainMs = 1_500;
const checkEveryMs = 25;

export interface Drain {
  /** No longer ready, from the moment draining began. */
  isDraining: boolean;
  /** Resolves once no connection is left, or after 1.5 s; then the server may be closed. */
  drain(): Promise<void>;
}

/** Adds `app.drain()`. */
export function addDrain(app: FastifyInstance): Drain {
  const openConnections = () =>
    new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count ?? 0)));
  const drain: Drain = {
    isDraining: false,
    async drain() {
      // Closing a listener resets the connections in its queue. Right after the event loop has polled, the queue is empty.
      // Only then are connections asked to close, because their clients connect again immediately.
      await setImmediate();
      // The close of http.Server would end idle connections too.
      NetServer.prototype.close.call(app.server);
      drain.isDraining = true;
      const endsAt = performance.now() + drainMs;
      while (performance.now() < endsAt && (await openConnections()) > 0) await pause(checkEveryMs);
    },
  };
  app.decorate("drain", () => drain.drain());
  return drain;
}
