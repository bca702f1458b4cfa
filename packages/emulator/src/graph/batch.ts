// POST /$batch: up to 20 Graph requests in one. They run in the given order, but none before those that it depends on.
import type { EmulatorContext } from "../http/context.ts";
import type { Answer, Operation, OperationRequest } from "../http/operation.ts";
import { anyObject, list, object, oneOf, optional, record, type Schema, someText, text } from "../state/schema.ts";
import { badRequest, bodyOf, GraphError, graphOperation } from "./graph-operation.ts";
import { withKeyAsSegment } from "./key-as-segment.ts";

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
    if (segment.startsWith(":") && value) params[segment.slice(1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}

/** @returns the decoded parameters, or `undefined` for an invalid escape sequence */
function decoded(params: Record<string, string>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    return undefined;
  }
}

const malformed = (): Answer => ({
  status: 400,
  body: { error: { code: "BadRequest", message: "The URL has an invalid escape sequence." } },
});

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
  const target = `/v1.0${path.startsWith("/") ? "" : "/"}${path}`;
  for (const operation of operations) {
    const found = operation.method === one.method ? paramsOf(operation, withKeyAsSegment(target)) : undefined;
    if (!found) continue;
    const params = decoded(found);
    if (!params) return malformed();
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

const batchError = (message: string): GraphError => new GraphError(400, "BadRequest", message);

/** @throws GraphError 400 for the whole batch */
function checkParts(parts: readonly Part[]): void {
  if (parts.length > LIMIT) throw badRequest(`Number of batch request steps exceeds the maximum value of ${LIMIT}.`);
  const ids = new Set(parts.map(({ id }) => id));
  if (ids.size < parts.length) throw badRequest("The ids of a batch must differ.");
  for (const { id, method, headers = {}, body, dependsOn = [] } of parts) {
    const hasType = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
    if (["POST", "PUT", "PATCH"].includes(method) && (body === undefined || !hasType)) {
      throw batchError(`Write request id : ${id} does not contain Content-Type header or body.`);
    }
    const unknown = dependsOn.find((other) => !ids.has(other));
    if (unknown !== undefined) throw batchError(`Request ${id} depends on ${unknown}, which the batch does not have.`);
  }
}

/** In the given order, but none before those that it depends on. @throws GraphError 400 if that is impossible */
function ordered(parts: readonly Part[]): Part[] {
  const sorted: Part[] = [];
  let waiting = [...parts];
  while (waiting.length > 0) {
    const next = waiting.find(({ dependsOn = [] }) => dependsOn.every((id) => sorted.some((done) => done.id === id)));
    if (!next) throw batchError(`Requests depend on each other: ${waiting.map(({ id }) => id).join(", ")}.`);
    sorted.push(next);
    waiting = waiting.filter((one) => one !== next);
  }
  return sorted;
}

async function run(
  context: EmulatorContext,
  request: OperationRequest,
  operations: readonly Operation[],
): Promise<Answer> {
  const { requests } = bodyOf(request, schema) as unknown as { requests: Part[] };
  checkParts(requests);
  const answers = new Map<string, Answer>();
  for (const one of ordered(requests)) {
    const isReady = (one.dependsOn ?? []).every((id) => (answers.get(id)?.status ?? 0) < 400);
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
