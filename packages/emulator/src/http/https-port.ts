// The HTTPS port. It accepts TCP connections and passes each to an HTTPS server with the good certificate, or to one
// with the problem that a fault asks for. Faults can therefore be added and cleared while the port stays open.
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
} from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TlsProblem } from "../faults/fault.ts";
import { TLS } from "../faults/fault-kinds.ts";
import type { EmulatorContext, HttpsPort } from "./context.ts";
import type { TlsIdentity } from "./tls-identity.ts";

/** Takes over the connection of a request that asks for an upgrade to a WebSocket. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** The open HTTPS port. */
export interface OpenHttpsPort extends HttpsPort {
  port: number;
  /** Closes the port and all open connections. */
  close(): Promise<void>;
}

/** OpenSSL disables these versions and their ciphers by default. */
const oldVersions = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;

/** The problems that need an HTTPS server; for the others, no server sees the connection. */
type ServerProblem = Exclude<TlsProblem, "hang" | "close">;

function serverOptions(identity: TlsIdentity, problem: Exclude<ServerProblem, "plainHttp"> | undefined): ServerOptions {
  if (problem === undefined) return identity.good;
  return problem === "oldVersion" ? { ...identity.good, ...oldVersions } : identity.bad(problem);
}

/** The same key for a TLS socket and the TCP socket below it. */
const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

/** The open connections by peer, and which of them are idle. */
function createRegister() {
  const open = new Map<string, Socket>();
  const idle = new Set<string>();
  return {
    add(socket: Socket) {
      const peer = peerOf(socket);
      open.set(peer, socket);
      socket
        .on("error", () => undefined)
        .once("close", () => {
          open.delete(peer);
          idle.delete(peer);
        });
    },
    /** Keeps track of which connections are idle. */
    watching:
      (listener: RequestListener): RequestListener =>
      (request, response) => {
        const peer = peerOf(request.socket);
        idle.delete(peer);
        response.once("close", () => void (open.has(peer) && idle.add(peer)));
        listener(request, response);
      },
    below: (socket: Socket) => open.get(peerOf(socket)),
    closeIdle() {
      for (const peer of idle) open.get(peer)?.destroy();
    },
    closeAll() {
      for (const socket of open.values()) socket.destroy();
    },
  };
}

/** HTTPS servers that get their connections from the port. Each is created when it is first needed. */
function createServers(context: EmulatorContext, identity: TlsIdentity, listener: RequestListener, upgrade: Upgrade) {
  const made = new Map<ServerProblem | undefined, HttpServer>();
  function make(problem: ServerProblem | undefined): HttpServer {
    if (problem === "plainHttp") return createHttpServer(listener);
    const server = createHttpsServer(serverOptions(identity, problem), listener);
    server.on("upgrade", upgrade);
    return server.on("secureConnection", () => context.connections.secured());
  }
  return (problem: ServerProblem | undefined): HttpServer => {
    const server = made.get(problem) ?? make(problem);
    made.set(problem, server);
    return server;
  };
}

/** Opens the HTTPS port. @param port 0 takes a free port @throws Error with code EADDRINUSE and the port */
export async function openHttpsPort(
  context: EmulatorContext,
  identity: TlsIdentity,
  listener: RequestListener,
  upgrade: Upgrade,
  { host, port }: { host: string; port: number },
): Promise<OpenHttpsPort> {
  const register = createRegister();
  const serverFor = createServers(context, identity, register.watching(listener), upgrade);
  const server = createServer((socket) => {
    context.connections.accepted("https", socket);
    register.add(socket);
    const fault = context.faults.take(TLS)?.fault;
    const problem = fault?.kind === "tls" ? fault.problem : undefined;
    if (problem === "hang") socket.resume();
    else if (problem === "close") socket.once("data", () => socket.end());
    else serverFor(problem).emit("connection", socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    below: register.below,
    closeIdle: register.closeIdle,
    close: async () => {
      register.closeAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
