// For people who have an Express or Connect server, or Node's own. The same app answers inside.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./create-app.ts";
import type { Config } from "./settings/read-settings.ts";

/** A request as Express and Connect pass it on: they keep the whole address, and may have read the body. */
type HostRequest = IncomingMessage & { originalUrl?: string; body?: unknown };

/** Handles a request for one of our routes, and calls `next` for every other request. */
export interface ConnectHandler {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /** Stops everything that the handler started. Requests in flight are answered first. */
  close(): Promise<void>;
}

/**
 * The routes of this server as `(request, response, next)`: authentication, limits, CORS, problems and audit log are those of
 * `createApp`. It passes other paths to `next`; without one they get our 404. It accepts a JSON body that the host has parsed.
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
      bare.addHook("preParsing", async (request, _reply, payload) => replayed(request.raw) ?? payload);
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
    const [path = "/"] = address.split("?");
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

/** The body that a parser of the host has consumed, as a stream again; undefined where nobody has read it. */
function replayed(request: HostRequest): (Readable & { receivedEncodedLength: number }) | undefined {
  if (!request.readableEnded || request.body === undefined) return undefined;
  const text = typeof request.body === "string" ? request.body : JSON.stringify(request.body);
  // Fastify compares what it reads with Content-Length, which is that of the text as it was sent.
  const receivedEncodedLength = Number(request.headers["content-length"] ?? 0);
  return Object.assign(Readable.from([Buffer.from(text)]), { receivedEncodedLength });
}
