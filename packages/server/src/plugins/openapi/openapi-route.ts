// GET /openapi.json: the contract, for whoever writes or generates a client.
import type { FastifyInstance } from "fastify";
import { openApiDocument } from "../../openapi/document.ts";

/** Mounts the route; public. The document is made with the first request, when every route is there. */
export function mountOpenApi(app: FastifyInstance): void {
  let document: string | undefined;
  app.get("/openapi.json", async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(app.ownRoutes, app.mountPath));
    return reply.type("application/json; charset=utf-8").send(document);
  });
}
