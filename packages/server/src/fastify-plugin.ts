// For people who have a Fastify server already. The routes are served by an app of our own inside, so that every limit,
// header, log rule and hook is the same as in a server of our own, and none of them touches the host or is changed by it.
import type { FastifyInstance } from "fastify";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./create-app.ts";
import type { Config } from "./settings/read-settings.ts";

/** Options of {@link tokenExchange}; `prefix` is Fastify's own and says where the routes are. */
export interface TokenExchangePluginOptions extends Omit<AppOptions, "mountPath"> {
  config: Config;
  prefix?: string;
}

/**
 * Fastify plugin with the routes of this server under `prefix`: authenticated, with problems, audit log and limits as
 * ever, encapsulated. Paths that are not ours stay the host's, 404 included. The page of the reference client is served
 * only where `pageFolder` is given. Ends with the host's `close()`.
 *
 * Timeouts and header sizes of the connection are the host's, because the connection is.
 */
export async function tokenExchange(host: FastifyInstance, options: TokenExchangePluginOptions): Promise<void> {
  const { config, prefix: _prefix, ...appOptions } = options;
  const app = await createApp(config, { ...appOptions, mountPath: host.prefix });
  await app.ready();
  host.addHook("onClose", () => app.close());

  // The body is read inside, by the limits and rules there.
  host.removeAllContentTypeParsers();
  host.addContentTypeParser("*", (_request, _payload, done) => done(null));
  const urls = new Set(app.ownRoutes.map(({ url }) => url).filter((url) => !url.includes("*")));
  for (const url of urls) {
    const methods = app.ownRoutes.filter((route) => route.url === url).flatMap(({ method }) => method);
    host.route({
      // CORS inside answers OPTIONS for any path; the host gives us those of ours.
      method: [...methods, "OPTIONS"],
      url: url.slice(host.prefix.length),
      handler(request, reply) {
        reply.hijack();
        app.routing(request.raw, reply.raw);
      },
    });
  }
}
