// GET /livez and /readyz, for orchestrators and load balancers. Public, so a reason names no host and nobody.
import type { FastifyInstance } from "fastify";

/**
 * Adds both routes. Live as long as it answers; ready while `isReady` says that requests can be served.
 * @param reason what is wrong, such as `redis NOPERM`, if that is known; also while it is ready
 */
export function addHealthRoutes(app: FastifyInstance, isReady: () => boolean, reason: () => string | undefined): void {
  app.get("/livez", async () => ({ status: "live" }));
  app.get("/readyz", async (_request, reply) => {
    const ready = isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready", reason: reason() });
  });
}
