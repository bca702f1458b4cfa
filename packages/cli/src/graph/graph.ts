// Microsoft Graph over plain HTTP: five verbs, its error shape, its throttling. Not by @microsoft/microsoft-graph-client,
// because that sends its token only to https, and we would still have to handle errors, paging and types.
import type { TokenCredential } from "@azure/core-auth";
import type { ProxySettings } from "@teams-token-exchange/server/deployment";
import { z } from "zod";
import { Advice } from "../command/failures.ts";
import { adviceForSignIn, unreachable } from "./sign-in-advice.ts";

/** Graph refused a request. `code` is from its response; its message is left out, because it may quote the request. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(operation: string, status: number, code: string) {
    super(`Microsoft Graph answered ${status} (${code}) to: ${operation}.`);
    this.status = status;
    this.code = code;
  }
}

export interface Graph {
  get(path: string): Promise<unknown>;
  /** Every page of a collection. @param filter OData, unencoded */
  list<Item>(path: string, item: z.ZodType<Item>, filter?: string): Promise<Item[]>;
  /** `settles`: the request names an object that was just created and may not be known everywhere yet. */
  post(path: string, body: object, options?: { settles?: boolean }): Promise<unknown>;
  patch(path: string, body: object, options?: { settles?: boolean }): Promise<void>;
  delete(path: string): Promise<void>;
}

interface GraphOptions {
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly scopes: readonly string[];
  readonly fetch: typeof fetch;
  /** What `fetch` goes through; only for messages. */
  readonly proxy?: ProxySettings | undefined;
  readonly pause: (milliseconds: number) => Promise<void>;
}

const timeoutMs = 30_000;
const maxAttempts = 8;
const settleMs = 2_500;
const maxRetryAfterSeconds = 30;

const errorBody = z.object({ error: z.object({ code: z.string().regex(/^[\w.]{1,80}$/) }) });
const page = z.object({ value: z.array(z.unknown()), "@odata.nextLink": z.string().optional() });

/** Milliseconds until the next attempt, or nothing if another one makes no sense. */
function waitBeforeRetry(response: Response, settles: boolean): number | undefined {
  // Not 500 and 504: the object may already have been created, and would be created twice.
  if (response.status === 429 || response.status === 503) {
    return Math.min(Number(response.headers.get("retry-after")) || 2, maxRetryAfterSeconds) * 1000;
  }
  return settles && (response.status === 404 || response.status === 400) ? settleMs : undefined;
}

/** A client of Graph; signs in at its first request. */
export function createGraph({ endpoint, credential, scopes, fetch, proxy, pause }: GraphOptions): Graph {
  const { host } = new URL(endpoint);
  let signingIn: Promise<string> | undefined;

  /** Requests at the same time share one sign-in: a person must not be asked for a code by each of them. */
  function accessToken(): Promise<string> {
    signingIn ??= signIn().finally(() => {
      signingIn = undefined;
    });
    return signingIn;
  }

  async function signIn(): Promise<string> {
    const answer = await credential.getToken([...scopes]).catch((cause: unknown) => {
      throw adviceForSignIn(cause, proxy);
    });
    if (!answer) throw new Advice("Signing in gave no token.", "Sign in again.");
    return answer.token;
  }

  async function attempt(method: string, url: string, body: object | undefined): Promise<Response> {
    const authorization = `Bearer ${await accessToken()}`;
    return fetch(url, {
      method,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      headers: { authorization, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch((cause: unknown) => {
      const destination = { attempt: "Cannot reach Microsoft Graph at", host, setting: "GRAPH_ENDPOINT", proxy };
      throw unreachable(cause, destination);
    });
  }

  async function send(method: string, path: string, body?: object, settles = false): Promise<Response> {
    const url = path.startsWith("http") ? path : `${endpoint}/v1.0${path}`;
    for (let attempts = 1; ; attempts += 1) {
      const response = await attempt(method, url, body);
      if (response.ok) return response;
      const waitMs = attempts < maxAttempts ? waitBeforeRetry(response, settles) : undefined;
      if (waitMs === undefined) throw await failureOf(`${method} ${new URL(url).pathname}`, response);
      await response.body?.cancel();
      await pause(waitMs);
    }
  }

  async function list<Item>(path: string, item: z.ZodType<Item>, filter?: string): Promise<Item[]> {
    const items: unknown[] = [];
    let next: string | undefined = filter === undefined ? path : `${path}?$filter=${encodeURIComponent(filter)}`;
    while (next !== undefined) {
      const { value, "@odata.nextLink": link }: z.infer<typeof page> = page.parse(
        await (await send("GET", next)).json(),
      );
      items.push(...value);
      // A link to elsewhere would carry the token there.
      next = link?.startsWith(`${endpoint}/`) ? link : undefined;
    }
    return z.array(item).parse(items);
  }

  return {
    list,
    get: async (path) => (await send("GET", path)).json(),
    post: async (path, body, { settles } = {}) => (await send("POST", path, body, settles)).json(),
    patch: async (path, body, { settles } = {}) => void (await send("PATCH", path, body, settles)),
    delete: async (path) => void (await send("DELETE", path)),
  };
}

async function failureOf(operation: string, response: Response): Promise<GraphError> {
  const body: unknown = await response.json().catch(() => undefined);
  const code = errorBody.safeParse(body).data?.error.code ?? "unknown error";
  return new GraphError(operation, response.status, code);
}
