// Builds the HTTP side: one Fastify instance that knows no bodies but bytes, and every operation mounted on it.
import Fastify, { type FastifyInstance } from "fastify";
import { inventedHeader } from "./acs/acs-error.ts";
import { acsOperations, acsPreflights } from "./acs/operations.ts";
import { controlApi } from "./control/control-api.ts";
import { controlPage } from "./control/control-page.ts";
import { entraOperations } from "./entra/operations.ts";
import { graphOperations } from "./graph/operations.ts";
import type { World } from "./http/context.ts";
import type { Operation } from "./http/operation.ts";
import { serveOperations, serveUnwatched } from "./http/serve-operations.ts";
import { managedIdentityOperations } from "./managed-identity/get-token.ts";
import { readControlScript } from "./package-files.ts";

const BODY_LIMIT_BYTES = 1_048_576;

/** Every operation of the emulated services. */
export const operations: readonly Operation[] = [
  ...entraOperations,
  ...managedIdentityOperations,
  ...acsOperations,
  ...acsPreflights,
  ...graphOperations,
];

/** Their names, each once. */
export const operationNames: readonly string[] = [...new Set(operations.map(({ name }) => name))];

/** A connection string that ends in a slash makes some clients ask for `//access/…`. */
const withoutDoubleSlash = (url: string | undefined): string => (url ?? "/").replace(/^\/{2,}/, "/");

/** What is not emulated says so, loudly: silence would be taken for the vendor's behaviour. */
function answerUnsupported(app: FastifyInstance, world: World): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.originalUrl.split("?", 1)[0] ?? "";
    world.log.arrived("unsupported");
    const reason = "this emulator does not serve that";
    const time = new Date(world.clock.now()).toISOString();
    world.log.add({ time, operation: "unsupported", method: request.method, path, status: 404, reason });
    const message = `The emulator does not serve ${request.method} ${path}. SUPPORT.md lists what it does.`;
    return reply
      .code(404)
      .headers(inventedHeader)
      .send({ error: { code: "EmulatorUnsupported", message } });
  });
}

/** The app, not yet listening. */
export function createApp(world: World): FastifyInstance {
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    bodyLimit: BODY_LIMIT_BYTES,
    rewriteUrl: (request) => withoutDoubleSlash(request.url),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  serveOperations(app, world, operations);
  serveOperations(app, world, [controlApi, ...controlPage(operationNames, readControlScript)], serveUnwatched);
  answerUnsupported(app, world);
  return app;
}
