// For people who have a Fastify server. An app of our own inside serves the routes, so limits, headers, log rules and hooks are
// those of our own server, and neither changes the other.
import type { FastifyInstance } from "fastify";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./create-app.ts";
import { addHostBody } from "./runtime/host-body.ts";
import type { Config } from "./settings/read-settings.ts";

/** Options of {@link tokenExchange}. */
export interface TokenExchangePluginOptions extends Omit<AppOptions, "mountPath"> {
  /** The settings, from `readConfig`. */
  config: Config;
  /** Fastify's own option: the path below which the routes are, such as `/calls`. Default: none. */
  prefix?: string;
}

/**
 * Fastify plugin with the routes of this server below `prefix`. It is encapsulated: other paths stay the host's, 404 included.
 * It stops with the host's `close()`. Timeouts and header sizes of the connection are the host's.
 *
 * @throws {PackageMissing} if a setting needs an optional package that is not installed
 * @example
 * const app = Fastify();
 * await app.register(tokenExchange, { config: readConfig(process.env), prefix: "/calls" });
 */
export async function tokenExchange(host: FastifyInstance, options: TokenExchangePluginOptions): Promise<void> {
  const { config, prefix: _prefix, ...appOptions } = options;
  const app = await createApp(config, {
    ...appOptions,
    mountPath: host.prefix,
    configure(bare) {
      addHostBody(bare);
      options.configure?.(bare);
    },
  });
  await app.ready();
  host.addHook("onClose", () => app.close());

  // The app inside reads the body, by its own limits and rules.
  host.removeAllContentTypeParsers();
  host.addContentTypeParser("*", (_request, _payload, done) => done(null));
  const urls = new Set(app.ownRoutes.map(({ url }) => url).filter((url) => !url.includes("*")));
  for (const url of urls) {
    const methods = app.ownRoutes.filter((route) => route.url === url).flatMap(({ method }) => method);
    // Whether case matters is the host's to say; a slash at the end does not.
    for (const address of new Set([url, `${url.replace(/\/$/, "")}/`])) {
      if (host.hasRoute({ method: methods[0] ?? "GET", url: address })) continue;
      host.route({
        // CORS inside answers OPTIONS for any path; the host gives us those of ours.
        method: [...methods, "OPTIONS"],
        url: address.slice(host.prefix.length),
        prefixTrailingSlash: "slash",
        handler(request, reply) {
          reply.hijack();
          app.routing(request.raw, reply.raw);
        },
      });
    }
  }
}
