// GET /openapi.json: the contract, for anyone who writes or generates a client.
import type { Plugin } from "../../core/plugin.ts";
import { openApiDocument } from "./openapi-document.ts";

/** The plugin. It makes the document at the first request, when every route is there. */
export const openApi = (): Plugin => ({
  name: "openapi",
  addPublicRoutes(scope) {
    let document: string | undefined;
    scope.get("/openapi.json", async (_request, reply) => {
      document ??= JSON.stringify(openApiDocument(scope.ownRoutes, scope.mountPath));
      return reply.type("application/json; charset=utf-8").send(document);
    });
  },
});
