// The SDK's HTTP client: one bounded pool of kept-alive connections, caps on what an answer may be, and no decompression,
// so that no answer can cost more memory than it has bytes. The SDK's own transport bounds none of these.
import { createHttpHeaders, type HttpClient, type PipelineRequest, RestError } from "@azure/core-rest-pipeline";
import { type Dispatcher, Pool } from "undici";

/** An answer of ACS is about 2 KB. */
const maxBodyBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;
const connectTimeoutMs = 3_000;
/** Below the idle time after which Azure's front ends close a connection, so that we close first. */
const keepAliveMs = 30_000;

export interface Transport extends HttpClient {
  /** Ends all connections once they are idle. */
  close(): Promise<void>;
}

/**
 * A transport to one origin.
 * @param connections how many may be open at once; further requests wait in the pool
 */
export function createTransport(origin: string, connections: number): Transport {
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    connect: { timeout: connectTimeoutMs },
    keepAliveTimeout: keepAliveMs,
    maxHeaderSize: maxHeaderBytes,
    maxResponseSize: maxBodyBytes,
    // The one deadline of the exchange is the abort signal; it covers connect, headers and body.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    close: () => pool.close(),
    async sendRequest(request) {
      const response = await send(pool, request).catch((error: unknown) => Promise.reject(asSdkError(error, request)));
      const headers = createHttpHeaders();
      for (const [name, value] of Object.entries(response.headers)) {
        if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
      }
      const bodyAsText = await readBody(response, request);
      return { request, status: response.statusCode, headers, bodyAsText };
    },
  };
}

function send(pool: Pool, request: PipelineRequest): Promise<Dispatcher.ResponseData> {
  const { pathname, search } = new URL(request.url);
  const headers = request.headers.toJSON();
  // The SDK offers gzip, which a small answer does not need and a hostile one could use as a bomb.
  delete headers["accept-encoding"];
  return pool.request({
    path: pathname + search,
    method: request.method as Dispatcher.HttpMethod,
    headers,
    body: typeof request.body === "string" ? request.body : null,
    // undici takes the platform's signals, which is what the exchange passes in.
    signal: (request.abortSignal as AbortSignal | undefined) ?? null,
  });
}

/** The body as text. Whatever goes wrong from here on is a bad answer, not a failed connection. */
async function readBody(response: Dispatcher.ResponseData, request: PipelineRequest): Promise<string> {
  const encoding = response.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    // Destroying a stream that nobody listens to would end the process with its error.
    response.body.on("error", () => {}).destroy();
    throw new RestError("The answer is compressed although that was not offered.", { code: RestError.PARSE_ERROR });
  }
  return response.body.text().catch((error: unknown) => {
    const sdkError = asSdkError(error, request);
    if (sdkError.name === "AbortError") throw sdkError;
    throw new RestError("The answer broke off or is too large.", { code: RestError.PARSE_ERROR });
  });
}

/** undici's errors in the SDK's words. The message is ours: undici's may quote what it read. */
function asSdkError(error: unknown, request: PipelineRequest): Error {
  const { code = "" } = error as { code?: string };
  if (request.abortSignal?.aborted || code === "UND_ERR_CONNECT_TIMEOUT" || code === "EAI_AGAIN") {
    return Object.assign(new Error("The call did not end in time."), { name: "AbortError" });
  }
  const isGarbled = /^HPE_|^UND_ERR_(HEADERS_OVERFLOW|RES_)/.test(code);
  return new RestError("The call failed.", { code: isGarbled ? RestError.PARSE_ERROR : code });
}
