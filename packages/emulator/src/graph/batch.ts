// POST /$batch: up to 20 Graph requests in one. They run in the given order.
import type { EmulatorContext } from "../http/context.ts";
import type { Answer, Operation, OperationRequest } from "../http/operation.ts";
import { anyObject, list, object, oneOf, optional, record, type Schema, someText, text } from "../state/schema.ts";
import { badRequest, bodyOf, graphOperation } from "./graph-operation.ts";

const LIMIT = 20;

const part = object("a request of the batch", {
  id: someText,
  method: oneOf("GET", "POST", "PUT", "PATCH", "DELETE"),
  url: someText,
  headers: optional(record(text)),
  body: optional(anyObject),
  dependsOn: optional(list(text)),
});

const schema: Schema = object("a batch", { requests: list(part, 1) });

interface Part {
  id: string;
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: object;
  dependsOn?: string[];
}

/** The parameters of a path, or `undefined` if it does not match the operation's. */
function paramsOf(operation: Operation, path: string): Record<string, string> | undefined {
  const expected = operation.path.split("/");
  const actual = path.split("/");
  if (expected.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of expected.entries()) {
    const value = actual[index] ?? "";
    if (segment.startsWith(":")) params[segment.slice(1)] = decodeURIComponent(value);
    else if (segment !== value) return undefined;
  }
  return params;
}

const unsupported = ({ method, url }: Part): Answer => ({
  status: 404,
  body: { error: { code: "EmulatorUnsupported", message: `The emulator does not support ${method} ${url}.` } },
});

async function runPart(
  context: EmulatorContext,
  outer: OperationRequest,
  one: Part,
  operations: readonly Operation[],
): Promise<Answer> {
  const [path = "", query = ""] = one.url.split("?", 2);
  const target = `/v1.0${path.startsWith("/") ? "" : "/"}${path.replace(/\(appId='([\w-]+)'\)/i, "/appId=$1")}`;
  for (const operation of operations) {
    const params = operation.method === one.method ? paramsOf(operation, target) : undefined;
    if (!params) continue;
    const body = one.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(one.body));
    const own = Object.entries(one.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
    const headers = { ...outer.headers, ...Object.fromEntries(own) };
    const { method } = one;
    return operation.handle(context, {
      ...outer,
      method,
      target,
      params,
      headers,
      body,
      query: new URLSearchParams(query),
    });
  }
  return unsupported(one);
}

const failedDependency = (): Answer => ({
  status: 424,
  body: { error: { code: "FailedDependency", message: "A request that this one depends on failed." } },
});

async function run(
  context: EmulatorContext,
  request: OperationRequest,
  operations: readonly Operation[],
): Promise<Answer> {
  const { requests } = bodyOf(request, schema) as unknown as { requests: Part[] };
  if (requests.length > LIMIT) throw badRequest(`Number of batch request steps exceeds the maximum value of ${LIMIT}.`);
  if (new Set(requests.map(({ id }) => id)).size < requests.length) throw badRequest("The ids of a batch must differ.");
  const answers = new Map<string, Answer>();
  for (const one of requests) {
    const isReady = (one.dependsOn ?? []).every((id) => (answers.get(id)?.status ?? 424) < 400);
    answers.set(one.id, isReady ? await runPart(context, request, one, operations) : failedDependency());
  }
  const responses = [...answers].map(([id, { status, headers, body }]) => ({
    id,
    status,
    headers: { "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body }),
  }));
  return { status: 200, asked: `${requests.length} requests`, body: { responses } };
}

/** @param operations the operations that a batch can contain */
export const batch = (operations: readonly Operation[]): Operation =>
  graphOperation({
    name: "Batch",
    method: "POST",
    path: "/$batch",
    permissions: [],
    handle: (context, request) => run(context, request, operations),
  });
