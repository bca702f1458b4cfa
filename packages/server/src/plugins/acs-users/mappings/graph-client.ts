// Requests to Microsoft Graph for the signed-in user: bounded in time and size, with the answer as status and body.
import { explainFailure } from "../../../network/explain-failure.ts";
import { LoggableError } from "../../../problems/loggable-error.ts";
import { Problem } from "../../../problems/problem.ts";
import type { ProxySettings } from "../../../settings/network-settings.ts";

export interface GraphAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface GraphRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** From `/me` on. */
  readonly path: string;
  readonly body?: Record<string, unknown>;
}

/** Sends one request with the user's Graph token. */
export type SendToGraph = (request: GraphRequest, graphToken: string, signal: AbortSignal) => Promise<GraphAnswer>;

/** An extension is some hundred bytes. */
const maxBodyBytes = 64 * 1024;
const timeoutMs = 5_000;
const retryAfterOf = (header: string | null) => (header !== null && /^\d{1,3}$/.test(header) ? header : "5");

async function readBody(response: Response): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) throw new LoggableError("Its answer is too large.");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/**
 * Makes a sender.
 *
 * @param endpoint Graph's origin
 * @param proxy what `fetchFn` goes through; only for messages
 * Its promises reject with the problem `mapping-store-unavailable` for every answer except those that the store expects:
 * 2xx, 404 and 409.
 */
export function createGraphClient(endpoint: string, fetchFn: typeof fetch, proxy?: ProxySettings): SendToGraph {
  const { host } = new URL(endpoint);
  const destination = { attempt: "Cannot use Microsoft Graph at", host, setting: "GRAPH_ENDPOINT", proxy };
  const unavailable = (reason: string, cause?: unknown, retryAfter = "5") =>
    new Problem("mapping-store-unavailable", { reason, cause, headers: { "retry-after": retryAfter } });

  return async ({ method, path, body }, graphToken, signal) => {
    const init: RequestInit = {
      method,
      redirect: "error",
      headers: {
        authorization: `Bearer ${graphToken}`,
        accept: "application/json",
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    };
    try {
      const response = await fetchFn(`${endpoint}/v1.0${path}`, init);
      const answer = { status: response.status, body: await readBody(response) };
      if (response.ok || response.status === 404 || response.status === 409) return answer;
      throw unavailable(`graph-${response.status}`, undefined, retryAfterOf(response.headers.get("retry-after")));
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw unavailable("graph-unreachable", new LoggableError(`${explainFailure(error, destination)}.`));
    }
  };
}
