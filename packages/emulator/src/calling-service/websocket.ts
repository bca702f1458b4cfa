// The WebSocket of the calling service, on the emulator's own ports at /calling. Every page may connect: a connection can do
// nothing before its first message, which must hold an ACS access token of a Teams user.
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Agent } from "../calling/agent.ts";
import type { EmulatorContext } from "../http/context.ts";
import { hostProblem } from "../http/host-rules.ts";
import type { Upgrade } from "../http/https-port.ts";
import { judgeToken } from "./calling-token.ts";
import { readMessage } from "./read-message.ts";
import type { CallingService } from "./service.ts";

/** A session description with many candidates is the largest message. */
const MAX_MESSAGE_BYTES = 262_144;
const MAX_CONNECTIONS = 1_000;
const HELLO_MILLISECONDS = 10_000;

/** The path on both ports. */
export const callingPath = "/calling";

const NO_HELLO = 4_001;
const REFUSED = 4_003;
const BAD_MESSAGE = 4_004;

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function createAgent(socket: WebSocket, accepted: Pick<Agent, "user" | "token" | "expiresAt">): Agent {
  const agent: Agent = {
    ...accepted,
    isAsked: false,
    legs: new Map(),
    send: (message) => socket.readyState === socket.OPEN && socket.send(JSON.stringify(message)),
    refuse(reason, message) {
      agent.send({ type: "refused", ...reason, message });
      socket.close(REFUSED, "refused");
    },
    drop: () => socket.terminate(),
  };
  return agent;
}

/** One connection: first the token, then messages one after the other. */
function serve(context: EmulatorContext, service: CallingService, socket: WebSocket): void {
  let agent: Agent | undefined;
  const impatience = setTimeout(() => socket.close(NO_HELLO, "no token"), HELLO_MILLISECONDS);
  impatience.unref();

  async function hello(token: string): Promise<void> {
    clearTimeout(impatience);
    const judged = await judgeToken(context, token);
    if (socket.readyState !== socket.OPEN) return;
    if ("refusal" in judged) {
      socket.send(JSON.stringify({ type: "refused", ...judged.refusal }));
      return socket.close(REFUSED, "refused");
    }
    agent = createAgent(socket, { ...judged, token });
    service.connected(agent);
  }

  async function received(data: string): Promise<void> {
    const message = readMessage(data);
    if (message === undefined) return socket.close(BAD_MESSAGE, "not a message of this protocol");
    if (message.type === "hello") return agent ? undefined : hello(message.token);
    if (agent === undefined) return socket.close(BAD_MESSAGE, "the first message must be hello");
    return service.received(agent, message);
  }

  // One after the other, because judging a token takes a moment.
  let last = Promise.resolve();
  socket.on("message", (data) => {
    last = last.then(() => received(String(data))).catch(() => socket.close(BAD_MESSAGE, "failed"));
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    clearTimeout(impatience);
    void last.then(() => agent && service.disconnected(agent));
  });
}

/** @returns the handler for upgrades of both ports, and a function that closes all connections */
export function createCallingSocket(
  context: EmulatorContext,
  service: CallingService,
): { upgrade: Upgrade; close(): void } {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, clientTracking: true });
  server.on("connection", (socket) => serve(context, service, socket));
  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const problem = hostProblem(context, request.headers.host);
      const path = request.url?.split("?", 1)[0];
      const time = new Date(context.clock.now()).toISOString();
      const log = (status: number) =>
        context.log.add({ time, operation: "calling", method: "GET", path: path ?? "", status });
      if (problem || path !== callingPath || server.clients.size >= MAX_CONNECTIONS) {
        log(problem?.status ?? (path === callingPath ? 503 : 404));
        return refuseUpgrade(socket, problem ? "403 Forbidden" : path === callingPath ? "503 Busy" : "404 Not Found");
      }
      log(101);
      server.handleUpgrade(request, socket, head, (opened) => server.emit("connection", opened, request));
    },
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
