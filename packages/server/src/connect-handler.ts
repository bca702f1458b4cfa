// For people who have an Express or Connect server already, or Node's own. The same app as ever answers inside.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./create-app.ts";
import type { Config } from "./settings/read-settings.ts";

/** A request as Express and Connect hand it on: they keep the whole address, and may have read the body. */
type HostRequest = IncomingMessage & { originalUrl?: string; body?: unknown };

/** Handles a request that is one of ours, and calls `next` for every other. */
export interface ConnectHandler {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /** Ends everything the handler started; requests in flight are answered first. */
  close(): Promise<void>;
}

/**
 * The routes of this server as `(request, response, next)`: authenticated, with problems, audit log and limits as ever.
 * Paths that are not ours go on to `next`; without one they get our 404. A JSON body that the host has parsed already is
 * taken as parsed. The page of the reference client is served only where `pageFolder` is given.
 *
 * @param options `mountPath` must be the path at which the host mounts the handler, as in
 *   `express().use("/calls", await createConnectHandler(config, { mountPath: "/calls" }))`.
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
