// Mounts operations on Fastify. Each request passes here once: a fault may take its place, and the log hears of it.
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { bytesOf, type Fault } from "../faults/fault.ts";
import { performFault } from "../faults/perform.ts";
import type { World } from "../world.ts";
import { type Answer, type Operation, type OperationRequest, toWire, type WireAnswer } from "./operation.ts";

/** The request as an operation sees it. */
export function operationRequest(world: World, request: FastifyRequest): OperationRequest {
  const target = request.originalUrl;
  const query = target.indexOf("?");
  const encrypted = "encrypted" in request.raw.socket;
  return {
    method: request.method,
    target,
    origin: encrypted && world.origins.https ? world.origins.https : world.origins.http,
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

/** Plays the fault around `produce`; answers `undefined` when the socket was taken over. */
async function withFault(
  reply: FastifyReply,
  fault: Fault,
  produce: () => Promise<Answer>,
): Promise<{ answer: Answer; wire: WireAnswer | undefined }> {
  if (fault.kind === "status") {
    const answer: Answer = { status: fault.status };
    const headers = { "content-type": "application/json; charset=utf-8", ...fault.headers };
    return { answer, wire: { status: fault.status, headers, body: bytesOf(fault.body) } };
  }
  if (fault.kind === "delay") {
    // Not unref'd away by close(): closing destroys the socket, and the late answer then goes nowhere.
    await wait(fault.milliseconds, undefined, { ref: false });
    const answer = await produce();
    return { answer, wire: toWire(answer) };
  }
  const answer = await produce();
  reply.hijack();
  const { socket } = reply.raw;
  if (socket) void performFault(socket, fault, toWire(answer));
  return { answer, wire: undefined };
}

/** Registers the operations; called inside the scope whose hooks apply to them. */
export function serveOperations(
  app: FastifyInstance,
  world: World,
  operations: readonly Operation[],
  serve: typeof serveOne = serveOne,
): void {
  for (const operation of operations) {
    app.route({
      method: operation.method,
      url: operation.path,
      handler: (request, reply) => serve(world, operation, request, reply),
    });
  }
}

/** Without faults and without a trace in the log: for the emulator's own control pages. */
export async function serveUnwatched(world: World, operation: Operation, request: FastifyRequest, reply: FastifyReply) {
  return send(reply, toWire(await operation.handle(world, operationRequest(world, request))));
}

async function serveOne(world: World, operation: Operation, request: FastifyRequest, reply: FastifyReply) {
  const incoming = operationRequest(world, request);
  const produce = async () => operation.handle(world, incoming);
  world.log.arrived(operation.name);
  const fault = world.faults.take(operation.name);
  const { answer, wire } = fault
    ? await withFault(reply, fault, produce)
    : await produce().then((done) => ({ answer: done, wire: toWire(done) }));
  world.log.add({
    time: new Date(world.clock.now()).toISOString(),
    operation: operation.name,
    method: incoming.method,
    path: incoming.target.split("?", 1)[0] ?? "",
    status: answer.status,
    ...(answer.asked === undefined ? {} : { asked: answer.asked }),
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
    ...(fault ? { fault: fault.kind } : {}),
  });
  return wire ? send(reply, wire) : reply;
}
