// For servers that handle web-standard requests, such as Hono, Next.js or Deno. The same app answers inside.
import { Readable } from "node:stream";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./create-app.ts";
import { Problem } from "./problems/problem.ts";
import type { Config } from "./settings/read-settings.ts";

/** Where a request comes from. */
export interface RequestOrigin {
  /**
   * The IP address of the connection, for the log and the limits per address. Default: an address that no proxy setting trusts,
   * so `X-Forwarded-For` is ignored.
   */
  remoteAddress?: string;
}

/** Answers a request. It never rejects because of a request; failures are responses with a problem. */
export interface FetchHandler {
  (request: Request, origin?: RequestOrigin): Promise<Response>;
  /** Stops everything that the handler started. */
  close(): Promise<void>;
}

const unknownAddress = "0.0.0.0";

/**
 * The server as a function from `Request` to `Response`: authentication, limits, CORS, problems and audit log are those of
 * `createApp`. It answers every path, with 404 if a path is not its own, so pass it only requests below `mountPath`.
 * Responses are small and are not streamed. The limits of connections, such as timeouts and sizes of headers, are your
 * server's.
 *
 * @param config the settings, from `readConfig`
 * @param options see {@link AppOptions}
 * @throws {PackageMissing} if a setting needs an optional package that is not installed
 * @example
 * const handle = await createHandler(readConfig(process.env));
 * const response = await handle(new Request("http://localhost/readyz"));
 */
export async function createHandler(config: Config, options: AppOptions = {}): Promise<FetchHandler> {
  const app = await createApp(config, options);
  await app.ready();
  const maxBodyBytes = app.initialConfig.bodyLimit ?? 0;

  async function handle(request: Request, { remoteAddress = unknownAddress }: RequestOrigin = {}): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const headers: Record<string, string> = Object.fromEntries(request.headers);
    // Both describe how the body came here, not the body that is passed on.
    delete headers["transfer-encoding"];
    delete headers["content-length"];
    const payload = await readBody(request, maxBodyBytes).catch(unreadable);
    if (payload instanceof Readable) headers["transfer-encoding"] = "chunked";
    const answer = await app.inject({
      method: request.method as "GET",
      url: pathname + search,
      headers,
      remoteAddress,
      ...(payload && { payload }),
    });
    const responseHeaders = new Headers();
    for (const [name, values] of Object.entries(answer.headers)) {
      for (const value of [values].flat()) responseHeaders.append(name, String(value));
    }
    const hasBody = request.method !== "HEAD" && answer.statusCode !== 204 && answer.statusCode !== 304;
    return new Response(hasBody ? new Uint8Array(answer.rawPayload) : null, {
      status: answer.statusCode,
      headers: responseHeaders,
    });
  }
  return Object.assign(handle, { close: () => app.close() });
}

/** A body that the host has read already, or that broke off: the app finds that out as with any other connection. */
const unreadable = () =>
  new Readable({
    read() {
      this.destroy(new Problem("body-already-read"));
    },
  });

/** The body, or its beginning if it is larger than this: then one byte more, for which the app answers 413. */
async function readBody(request: Request, maxBytes: number): Promise<Buffer | undefined> {
  if (!request.body) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    chunks.push(chunk);
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes + 1);
}
