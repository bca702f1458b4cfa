// Opens the HTTP and HTTPS ports of an emulator; both serve the same app.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { EmulatorContext } from "./context.ts";
import { openHttpsPort } from "./https-port.ts";
import { createTlsIdentity, type TlsIdentity } from "./tls-identity.ts";

/** The ports to open. */
export interface ListenOptions {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** 0 takes a free port. Default: no HTTPS. */
  tlsPort?: number | undefined;
  /** Folder for the CA. Default: in memory. */
  stateFolder?: string | undefined;
}

/** The open ports. */
export interface Listening {
  tls: TlsIdentity | undefined;
  /** Closes both ports and all open connections. */
  close(): Promise<void>;
}

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);
const unnamed = new Set([...loopback, "0.0.0.0", "::"]);

/** Without a default port, because clients leave it out of what they sign, e.g. Host and the audience of assertions. */
const originOf = (scheme: string, name: string, port: number): string => new URL(`${scheme}://${name}:${port}`).origin;

/** Opens the ports and sets the addresses in the context. @throws Error with code EADDRINUSE and the port */
export async function listen(
  app: FastifyInstance,
  context: EmulatorContext,
  options: ListenOptions,
): Promise<Listening> {
  const { host, port, tlsPort, stateFolder } = options;
  const server = app.server as Server;
  context.isLoopback = loopback.has(host);
  server.on("connection", (socket) => context.connections.accepted("http", socket));
  await app.listen({ host, port });
  const name = unnamed.has(host) ? "localhost" : host;
  context.origins.http = originOf("http", name, (server.address() as AddressInfo).port);
  if (tlsPort === undefined) return { tls: undefined, close: () => app.close() };
  try {
    const tls = await createTlsIdentity(stateFolder);
    const httpsPort = await openHttpsPort(context, tls, app.routing, { host, port: tlsPort });
    context.https = httpsPort;
    // Always localhost: the CA cannot issue certificates for other names.
    context.origins.https = originOf("https", "localhost", httpsPort.port);
    const close = async () => {
      await Promise.all([httpsPort.close(), app.close()]);
    };
    return { tls, close };
  } catch (error) {
    await app.close();
    throw error;
  }
}
