// The WebSocket of the calling service, on the emulator's own ports at /calling. Pages of any origin may connect: browsers
// send no credentials of the emulator with a WebSocket, and a connection can do nothing before its first message, which
// must hold an ACS access token of a Teams user. A page that has such a token may use it from anywhere.
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Agent } from "../calling/agent.ts";
import type { ClientMessage } from "../calling/protocol.ts";
import type { EmulatorContext } from "../http/context.ts";
import { hostProblem } from "../http/host-rules.ts";
import type { Upgrade } from "../http/https-port.ts";
import { closeCodes, createAgent } from "./agent-socket.ts";
import { judgeToken, type Refusal } from "./calling-token.ts";
import { limits } from "./calls.ts";
import { addAgent, loseAgent, received, removeAgent } from "./connections.ts";
import { endReasons } from "./end-reasons.ts";
import { readMessage } from "./read-message.ts";

/** A session description with many candidates is the largest message. */
const MAX_MESSAGE_BYTES = 262_144;
const HELLO_MILLISECONDS = 10_000;
/** A connection that does not answer one ping before the next is broken. */
const PING_MILLISECONDS = 30_000;

/** The path on both ports. */
export const callingPath = "/calling";

/** Nobody comes back: normal end, page left, a close without a code, or closed by the service itself. */
const intended = new Set([1_000, 1_001, 1_005, 1_009, ...Object.values(closeCodes)]);

function logConnect({ log, clock }: EmulatorContext, status: number, more: { asked?: string; reason?: string }): void {
  const time = new Date(clock.now()).toISOString();
  log.add({ time, operation: "calling", method: "GET", path: callingPath, status, ...more });
}

function refuseHello(context: EmulatorContext, socket: WebSocket, refusal: Refusal): void {
  logConnect(context, refusal.code, { reason: `${refusal.code}/${refusal.subCode}: ${refusal.message}` });
  socket.send(JSON.stringify({ type: "refused", ...refusal }));
  socket.close(closeCodes.refused, "refused");
}

/** Judges the first message. @returns the agent, if it is accepted */
async function hello(
  context: EmulatorContext,
  socket: WebSocket,
  { token, legs }: Extract<ClientMessage, { type: "hello" }>,
): Promise<Agent | undefined> {
  const judged = await judgeToken(context, token);
  if (socket.readyState !== socket.OPEN) return undefined;
  if ("refusal" in judged) {
    refuseHello(context, socket, judged.refusal);
    return undefined;
  }
  const offlineUntil = context.calling.offlineUntil.get(judged.user.rawId) ?? 0;
  if (context.clock.now() < offlineUntil) {
    socket.terminate();
    return undefined;
  }
  const agent = createAgent(context, socket, { ...judged, token });
  logConnect(context, 101, { asked: judged.user.displayName });
  addAgent(context, agent, legs);
  return agent;
}

/** One connection: first the token, then messages one after the other. */
function serve(context: EmulatorContext, socket: WebSocket): void {
  let agent: Agent | undefined;
  let isGreeted = false;
  const impatience = setTimeout(() => socket.close(closeCodes.noHello, "no token"), HELLO_MILLISECONDS);
  impatience.unref();

  async function receive(data: string): Promise<void> {
    if (socket.readyState !== socket.OPEN) return;
    const message = readMessage(data);
    if (message === undefined) socket.close(closeCodes.badMessage, "not a message of this protocol");
    else if (agent) await received(context, agent, message);
    else if (isGreeted || message.type !== "hello") socket.close(closeCodes.badMessage, "hello must come first");
    else {
      isGreeted = true;
      clearTimeout(impatience);
      agent = await hello(context, socket, message);
    }
  }

  // One after the other, because judging a token takes a moment.
  let last = Promise.resolve();
  socket.on("message", (data) => {
    last = last.then(() => receive(String(data))).catch(() => socket.close(closeCodes.badMessage, "failed"));
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", (code) => {
    clearTimeout(impatience);
    void last.then(() => {
      if (!agent) return;
      if (intended.has(code)) removeAgent(context, agent, endReasons.vanished);
      else loseAgent(context, agent);
    });
  });
}

/** Ends connections whose other side is gone without a word. */
function keepAlive(server: WebSocketServer): NodeJS.Timeout {
  const answered = new WeakSet<WebSocket>();
  server.on("connection", (socket) => {
    answered.add(socket);
    socket.on("pong", () => answered.add(socket));
  });
  const timer = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, PING_MILLISECONDS);
  return timer.unref();
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const statusTexts: Record<number, string> = { 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 503: "Busy" };

/** @returns the handler for upgrades of both ports, and a function that closes all connections */
export function createCallingSocket(context: EmulatorContext): { upgrade: Upgrade; close(): void } {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  server.on("connection", (socket) => serve(context, socket));
  const pinging = keepAlive(server);
  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const problem = hostProblem(context, request.headers.host);
      const isKnown = request.url?.split("?", 1)[0] === callingPath;
      const isFull = server.clients.size >= limits.connections;
      const status = problem?.status ?? (isKnown ? (isFull ? 503 : 101) : 404);
      context.log.arrived(isKnown ? "calling" : "unsupported");
      if (status === 101) {
        server.handleUpgrade(request, socket, head, (opened) => server.emit("connection", opened, request));
      } else {
        logConnect(context, status, {
          reason: problem?.message ?? (isKnown ? "too many connections" : "no WebSocket here"),
        });
        refuseUpgrade(socket, `${status} ${statusTexts[status]}`);
      }
    },
    close() {
      clearInterval(pinging);
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
