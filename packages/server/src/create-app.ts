// The public way to build a server.
import type { FastifyInstance } from "fastify";
import { buildApp } from "./app.ts";
import type { AppOptions } from "./app-options.ts";
import type { Config } from "./settings/read-settings.ts";

/**
 * Builds the whole server, ready to listen. It fetches the authority's signing keys in the background once it is ready, and
 * `close()` stops everything that it started. Call `drain()` before `close()` to lose no request.
 *
 * @param config the settings, from `readConfig`
 * @param options see {@link AppOptions}
 * @throws {PackageMissing} if a setting needs an optional package that is not installed
 * @example
 * const app = await createApp(readConfig(process.env));
 * await app.listen({ port: 3000, host: "127.0.0.1" });
 */
export function createApp(config: Config, options: AppOptions = {}): Promise<FastifyInstance> {
  return buildApp(config, options, {});
}

declare module "fastify" {
  interface FastifyInstance {
    /** Fetches the authority's keys now. A key that the authority no longer has is refused from then on. */
    reloadSigningKeys(): Promise<void>;
    /** Reads TENANTS_FILE again, if there is one. A file with a problem changes nothing and is logged. Never rejects. */
    reloadTenants(): Promise<void>;
    /** Makes the server unready and closes its connections. Call it before `close()` to lose no request. */
    drain(): Promise<void>;
  }
}
