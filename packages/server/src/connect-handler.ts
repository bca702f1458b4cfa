// For people who have an Express or Connect server, or Node's own. The same app answers inside.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./create-app.ts";
import { addHostBody, type HostRequest } from "./runtime/host-body.ts";
import type { Config } from "./settings/read-settings.ts";

/** Handles a request for one of our routes, and calls `next` for every other request. */
export interface ConnectHandler {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /** Stops everything that the handler started. Requests in flight are answered first. */
  close(): Promise<void>;
}

/**
 * The routes of this server as `(request, response, next)`: authentication, limits, CORS, problems and audit log are those of
 * `createApp`. It passes other paths to `next`; without one they get our 404. It accepts a body that the host has parsed.
 *
 * @param config the settings, from `readConfig`
 * @param options see {@link AppOptions}; `mountPath` must be the path at which the host mounts the handler
 * @throws {PackageMissing} if a setting needs an optional package that is not installed
 * @example
 * const exchange = await createConnectHandler(readConfig(process.env), { mountPath: "/calls" });
 * express().use("/calls", exchange).listen(3000);
 */
export async function createConnectHandler(config: Config, options: AppOptions = {}): Promise<ConnectHandler> {
  const app = await createApp(config, {
    ...options,
    configure(bare) {
      addHostBody(bare);
      options.configure?.(bare);
    },
  });
  await app.ready();

  // Every path of ours is plain, without parameters; CORS inside answers OPTIONS for any.
  const ours = new Set(
    app.ownRoutes.flatMap(({ method, url }) => [method, "OPTIONS"].flat().map((each) => `${each} ${url}`)),
  );
  const handle = (request: HostRequest, response: ServerResponse, next?: (error?: unknown) => void): void => {
    const address = request.originalUrl ?? request.url ?? "/";
    const [path = "/"] = app.routeAddresses.read(address, request).split("?");
    if (next && !ours.has(`${request.method} ${path}`)) {
      next();
      return;
    }
    // Express cuts the mount path off; inside, routes have it, so that logs, metrics and problems name the whole path.
    request.url = address;
    app.routing(request, response);
  };
  return Object.assign(handle, { close: () => app.close() });
}
