// The end of a process without a lost request. New connections are refused at once, which every client and balancer takes as
// "not here". Open ones are not touched: a socket that is closed while idle may have a request on its way. Each is told to
// close with its next answer instead, and gets a moment to come back for it.
import { Server as NetServer } from "node:net";
import { setTimeout as pause, setImmediate } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** Longer than a busy client leaves a kept-alive connection unused. */
const drainMs = 1_500;
const checkEveryMs = 25;

export interface Drain {
  /** No longer ready, from the moment draining began. */
  readonly isDraining: boolean;
  /** Resolves once no connection is left, or after 1.5 s; then the server may be closed. */
  drain(): Promise<void>;
}

/** Mounts the hook that answers with `Connection: close` while draining, and `app.drain()`. */
export function mountDrain(app: FastifyInstance): Drain {
  let isDraining = false;
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (isDraining) reply.header("connection", "close");
    done(null, payload);
  });
  const openConnections = () =>
    new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count ?? 0)));
  const drain: Drain = {
    get isDraining() {
      return isDraining;
    },
    async drain() {
      // Closing a listener resets whoever waits in its queue; right after the event loop has polled, the queue is empty. Only
      // then are connections told to close, because each that is comes back at once.
      await setImmediate();
      // The close of http.Server would end idle connections too.
      NetServer.prototype.close.call(app.server);
      isDraining = true;
      const endsAt = performance.now() + drainMs;
      while (performance.now() < endsAt && (await openConnections()) > 0) await pause(checkEveryMs);
    },
  };
  app.decorate("drain", () => drain.drain());
  return drain;
}
