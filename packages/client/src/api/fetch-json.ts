// One request that is answered with JSON or ends in a typed error. Every call to the server goes through here.
import { isProblemBody, ProblemError } from "./problem.ts";

/** No answer came: server down, name not resolved, connection cut, or the browser is offline. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`no answer from ${path}`, { cause });
    this.path = path;
  }
}

/** An answer that this server never gives; something between it and the browser made or changed it. */
export class UnexpectedResponseError extends Error {
  override readonly name = "UnexpectedResponseError";
  readonly path: string;
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(path: string, status: number, requestId?: string) {
    super(`unexpected answer from ${path}`);
    this.path = path;
    this.status = status;
    this.requestId = requestId;
  }
}

/** A successful answer. `requestId` is what the server logged the request under. */
export interface JsonAnswer {
  readonly body: unknown;
  readonly requestId: string | undefined;
}

/**
 * Sends a request and reads the JSON of a 2xx answer. Throws a {@link ProblemError} for a problem document,
 * an {@link UnexpectedResponseError} for any other answer, a {@link NetworkError} when none came, and the signal's
 * reason when it was aborted.
 */
export async function fetchJson(url: URL, init: RequestInit, fetchFn: typeof fetch): Promise<JsonAnswer> {
  let response: Response;
  let body: unknown;
  try {
    // An access token or a secret of the answer must not be left in the browser's cache, whatever the server says.
    response = await fetchFn(url, { ...init, cache: "no-store", credentials: "omit", redirect: "error" });
    body = await response.json().catch((error: unknown) => {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    });
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new NetworkError(url.pathname, error);
  }
  const requestId = response.headers.get("x-request-id") ?? undefined;
  if (!response.ok && isProblemBody(body)) throw new ProblemError(body, response.headers);
  if (!response.ok || body === undefined) throw new UnexpectedResponseError(url.pathname, response.status, requestId);
  return { body, requestId };
}
