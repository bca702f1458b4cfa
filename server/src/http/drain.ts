// The end of a process without a lost request. Connections are told to close with their next answer, and the listener stays
// open meanwhile, because a load balancer needs a moment to see that the server is no longer ready. A socket that is closed
// while idle may have a request on its way; one that was told to close has not.
import { setTimeout as pause } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** How long connections get to come back for the answer that says `Connection: close`. */
const drainMs = 1_500;
const checkEveryMs = 25;

export interface Drain {
  /** No longer ready, from the moment draining began. */
  readonly isDraining: boolean;
  /** Resolves once no connection is left, or after 1.5 s; then the server may be closed. */
  drain(): Promise<void>;
}

/** Mounts the hook that answers with `Connection: close` while draining. */
export function mountDrain(app: FastifyInstance): Drain {
  let isDraining = false;
  app.addHook("onSend", async (_request, reply) => {
    if (isDraining) reply.header("connection", "close");
  });
  const openConnections = () =>
    new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count ?? 0)));
  return {
    get isDraining() {
      return isDraining;
    },
    async drain() {
      isDraining = true;
      const endsAt = performance.now() + drainMs;
      while (performance.now() < endsAt && (await openConnections()) > 0) await pause(checkEveryMs);
    },
  };
}
