// Opens the two doors of an emulator, http and https, onto one app.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { EmulatorContext } from "./context.ts";
import { openHttpsPort } from "./https-port.ts";
import { createTlsIdentity, type TlsIdentity } from "./tls-identity.ts";

/** Where to listen. */
export interface ListenOptions {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** 0 takes a free port; without it there is no https. */
  tlsPort?: number | undefined;
  /** Where the CA is kept; in memory by default. */
  stateFolder?: string | undefined;
}

/** Open doors. */
export interface Listening {
  tls: TlsIdentity | undefined;
  /** Closes both at once, open connections included. */
  close(): Promise<void>;
}

const unnamed = new Set(["127.0.0.1", "::1", "localhost", "0.0.0.0", "::"]);

/** Listens and writes the addresses into the world. @throws Error with code EADDRINUSE and the port */
export async function listen(
  app: FastifyInstance,
  context: EmulatorContext,
  options: ListenOptions,
): Promise<Listening> {
  const { host, port, tlsPort, stateFolder } = options;
  const server = app.server as Server;
  server.on("connection", (socket) => context.connections.accepted("http", socket));
  await app.listen({ host, port });
  const name = unnamed.has(host) ? "localhost" : host;
  context.origins.http = `http://${name}:${(server.address() as AddressInfo).port}`;
  if (tlsPort === undefined) return { tls: undefined, close: () => app.close() };
  try {
    const tls = await createTlsIdentity(stateFolder);
    const httpsPort = await openHttpsPort(context, tls, app.routing, { host, port: tlsPort });
    context.https = httpsPort;
    // Always localhost: the CA may vouch for nothing else.
    context.origins.https = `https://localhost:${httpsPort.port}`;
    const close = async () => {
      await Promise.all([httpsPort.close(), app.close()]);
    };
    return { tls, close };
  } catch (error) {
    await app.close();
    throw error;
  }
}
