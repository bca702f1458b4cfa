// A thread that floods a server with requests whose tokens have unknown key IDs. It sends at a fixed rate and does not wait
// for responses (open loop). Requests that the server does not read in time wait in the connections.
import { connect, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

export interface FloodTask {
  port: number;
  perSecond: number;
  seconds: number;
  connections: number;
  /** A genuine caller token in three parts. Only the header is replaced. */
  callerToken: string;
}

export interface FloodReport {
  sent: number;
  /** How long sending took, and how long it took until the last response arrived. */
  sentInMs: number;
  answeredInMs: number;
  /** Responses by status, and how many of them had a Retry-After. */
  statuses: Record<string, number>;
  withRetryAfter: number;
  /** Connections that the server closed. */
  closed: number;
}

const { port, perSecond, seconds, connections, callerToken } = workerData as FloodTask;
const [, payload = "", signature = ""] = callerToken.split(".");
const wanted = perSecond * seconds;
const report: FloodReport = { sent: 0, sentInMs: 0, answeredInMs: 0, statuses: {}, withRetryAfter: 0, closed: 0 };
let answered = 0;

const head = `GET /api/token/teams HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer `;
const tail = `.${payload}.${signature}\r\n\r\n`;
function request(i: number): string {
  const header = `{"alg":"RS256","typ":"JWT","kid":"never-seen-${i}"}`;
  return head + Buffer.from(header, "latin1").toString("base64url") + tail;
}

/** Counts responses on one connection. A chunk may end anywhere, so its last line waits for the next chunk. */
function countAnswers(socket: Socket): void {
  let rest = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    const text = rest + chunk;
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    for (const [, status] of text.slice(0, end).matchAll(/HTTP\/1\.1 (\d+)|retry-after:/g)) {
      if (status === undefined) {
        report.withRetryAfter += 1;
      } else {
        report.statuses[status] = (report.statuses[status] ?? 0) + 1;
        answered += 1;
      }
    }
  });
}

async function open(): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  socket.once("close", () => {
    report.closed += 1;
  });
  await new Promise((resolve) => socket.once("connect", resolve));
  countAnswers(socket);
  return socket;
}

const sockets = await Promise.all(Array.from({ length: connections }, open));
const isBroken = () => report.closed === connections;
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
const begin = performance.now();
while (report.sent < wanted && !isBroken()) {
  const due = Math.min(Math.floor(((performance.now() - begin) / 1000) * perSecond), wanted);
  const batches = new Map<Socket, string>();
  for (; report.sent < due; report.sent += 1) {
    const socket = sockets[report.sent % connections] as Socket;
    batches.set(socket, (batches.get(socket) ?? "") + request(report.sent));
  }
  for (const [socket, batch] of batches) socket.write(batch, "latin1");
  await pause();
}
report.sentInMs = performance.now() - begin;
parentPort?.postMessage("sent");
while (answered < wanted && !isBroken()) await pause();
report.answeredInMs = performance.now() - begin;
for (const socket of sockets) socket.removeAllListeners("close").destroy();
parentPort?.postMessage(report);
