// GET /livez and /readyz, for orchestrators and load balancers. Public and without detail.
import type { FastifyInstance } from "fastify";

/** Adds both routes. Live as long as it answers; ready while `isReady` says that requests can be served. */
export function addHealthRoutes(app: FastifyInstance, isReady: () => boolean): void {
  app.get("/livez", async () => ({ status: "live" }));
  app.get("/readyz", async (_request, reply) => {
    const ready = isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready" });
  });
}
