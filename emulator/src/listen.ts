// Opens the two doors of an emulator, http and https, onto one app.
import type { Server } from "node:http";
import { createServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { createTlsIdentity, type TlsIdentity } from "./tls/authority.ts";
import type { World } from "./world.ts";

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

const portOf = (server: Server | TlsServer): number => (server.address() as AddressInfo).port;

async function listenTls(app: FastifyInstance, { host, tlsPort }: ListenOptions, tls: TlsIdentity): Promise<TlsServer> {
  const server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => app.routing(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port: tlsPort ?? 0 }, resolve);
  });
  return server;
}

/** Listens and writes the addresses into the world. @throws Error with code EADDRINUSE and the port */
export async function listen(app: FastifyInstance, world: World, options: ListenOptions): Promise<Listening> {
  await app.listen({ host: options.host, port: options.port });
  const name = unnamed.has(options.host) ? "localhost" : options.host;
  world.origins.http = `http://${name}:${portOf(app.server as Server)}`;
  if (options.tlsPort === undefined) return { tls: undefined, close: () => app.close() };
  try {
    const tls = await createTlsIdentity(options.stateFolder);
    const server = await listenTls(app, options, tls);
    // Always localhost: the CA may vouch for nothing else.
    world.origins.https = `https://localhost:${portOf(server)}`;
    const close = async () => {
      server.closeAllConnections();
      await Promise.all([new Promise((resolve) => server.close(resolve)), app.close()]);
    };
    return { tls, close };
  } catch (error) {
    await app.close();
    throw error;
  }
}
