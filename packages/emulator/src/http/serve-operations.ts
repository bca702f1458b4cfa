// Registers operations with Fastify. For each request it applies the fault, if any, and adds an entry to the request
// log.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Fault } from "../faults/fault.ts";
import { bytesOf } from "../faults/fault-bytes.ts";
import { isWireFault, performFault, type WireAnswer, type WireFault } from "../faults/play-fault.ts";
import type { RequestLogEntry } from "../state/request-log.ts";
import type { EmulatorContext } from "./context.ts";
import { requestOrigin } from "./host-rules.ts";
import { type Answer, type Operation, type OperationRequest, toWire } from "./operation.ts";

/** Converts a Fastify request. */
function operationRequest(context: EmulatorContext, request: FastifyRequest): OperationRequest {
  const target = request.originalUrl;
  const query = target.indexOf("?");
  const encrypted = "encrypted" in request.raw.socket;
  return {
    method: request.method,
    target,
    origin: requestOrigin(context, request.headers.host, encrypted),
    params: request.params as Record<string, string>,
    query: new URLSearchParams(query < 0 ? "" : target.slice(query + 1)),
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

function send(reply: FastifyReply, answer: WireAnswer): FastifyReply {
  reply.code(answer.status);
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  return reply.send(answer.body.byteLength > 0 ? answer.body : undefined);
}

/** Runs the operation, unless the fault replaces its answer by another status. */
async function answerUnder(fault: Fault | undefined, produce: () => Answer | Promise<Answer>) {
  if (fault?.kind === "status") {
    const headers = { "content-type": "application/json; charset=utf-8", ...fault.headers };
    const answer: Answer = { status: fault.status };
    return { answer, wire: { status: fault.status, headers, body: bytesOf(fault.body) } };
  }
  const answer = await produce();
  return { answer, wire: toWire(answer) };
}

/** Detaches the socket from the HTTP server and applies the fault. */
async function play(
  context: EmulatorContext,
  reply: FastifyReply,
  fault: WireFault,
  answer: WireAnswer,
  entry: RequestLogEntry,
) {
  const { socket } = reply.hijack().raw;
  if (!socket) return false;
  entry.sentBytes = 0;
  const reset = () => void (context.https?.below(socket) ?? socket).resetAndDestroy();
  const sent = (bytes: number) => {
    entry.sentBytes = (entry.sentBytes ?? 0) + bytes;
  };
  return performFault({ socket, reset, sent }, fault, answer);
}

/** Notes in the log entry if the client disconnects before it has the whole answer. */
function logEarlyDisconnect({ raw }: FastifyReply, entry: RequestLogEntry, isAnswered: () => boolean): void {
  const note = () => {
    if (!isAnswered()) entry.abandoned = true;
  };
  if (raw.destroyed) note();
  else raw.once("close", note);
}

/** Registers the operations. @param serve answers one request; by default with faults and a log entry */
export function serveOperations(
  app: FastifyInstance,
  context: EmulatorContext,
  operations: readonly Operation[],
  serve: typeof serveWithFaults = serveWithFaults,
): void {
  for (const operation of operations) {
    app.route({
      method: operation.answersHead ? [operation.method, "HEAD"] : operation.method,
      url: operation.path,
      ...(operation.bodyLimitBytes === undefined ? {} : { bodyLimit: operation.bodyLimitBytes }),
      handler: (request, reply) => serve(context, operation, request, reply),
    });
  }
}

/** Answers without faults and without a log entry: for the emulator's control page and control API. */
export async function serveWithoutLog(
  context: EmulatorContext,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  return send(reply, toWire(await operation.handle(context, operationRequest(context, request))));
}

async function serveWithFaults(
  context: EmulatorContext,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const incoming = operationRequest(context, request);
  context.log.arrived(operation.name);
  const { fault, hold } = context.faults.take(operation.name) ?? {};
  await hold?.();
  const { answer, wire } = await answerUnder(fault, () => operation.handle(context, incoming));
  const entry: RequestLogEntry = {
    time: new Date(context.clock.now()).toISOString(),
    operation: operation.name,
    method: incoming.method,
    path: incoming.target.split("?", 1)[0] ?? "",
    status: answer.status,
    ...(answer.asked === undefined ? {} : { asked: answer.asked }),
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
    ...(fault ? { fault: fault.kind } : {}),
  };
  context.log.add(entry);
  if (!fault || !isWireFault(fault)) {
    logEarlyDisconnect(reply, entry, () => reply.raw.writableFinished);
    return send(reply, wire);
  }
  let isPlayed = false;
  logEarlyDisconnect(reply, entry, () => isPlayed);
  isPlayed = await play(context, reply, fault, wire, entry);
  return reply;
}
