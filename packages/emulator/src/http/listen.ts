// Opens the HTTP and HTTPS ports of an emulator; both serve the same app.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { EmulatorContext } from "./context.ts";
import { openHttpsPort, type Upgrade } from "./https-port.ts";
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
  /** Takes over WebSockets. */
  upgrade: Upgrade;
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

/** What a user can do about a failure to listen. A taken port has the code EADDRINUSE, which the command explains. */
const advice: Record<string, (host: string, port: number) => string> = {
  ENOTFOUND: (host) => `The host ${host} has no address. Use 127.0.0.1, or 0.0.0.0 for all addresses.`,
  EAI_AGAIN: (host) => `The host ${host} has no address. Use 127.0.0.1, or 0.0.0.0 for all addresses.`,
  EADDRNOTAVAIL: (host) =>
    `The address ${host} is not one of this machine. Use 127.0.0.1, or 0.0.0.0 for all addresses.`,
  EACCES: (_host, port) => `This process may not use port ${port}. Choose a port above 1023.`,
};

function explained(cause: NodeJS.ErrnoException & { port?: number }, { host, port }: ListenOptions): Error {
  const message = advice[cause.code ?? ""]?.(host, cause.port ?? port);
  return message === undefined ? cause : new Error(message, { cause });
}

/**
 * Opens the ports and sets the addresses in the context.
 * @throws Error with code EADDRINUSE and the port, or that says what is wrong with the host
 */
export async function listen(
  app: FastifyInstance,
  context: EmulatorContext,
  options: ListenOptions,
): Promise<Listening> {
  const { host, port, tlsPort, stateFolder, upgrade } = options;
  const server = app.server as Server;
  context.isLoopback = loopback.has(host);
  server.on("connection", (socket) => context.connections.accepted("http", socket));
  server.on("upgrade", upgrade);
  await app.listen({ host, port }).catch((error) => {
    throw explained(error, options);
  });
  const name = unnamed.has(host) ? "localhost" : host;
  context.origins.http = originOf("http", name, (server.address() as AddressInfo).port);
  if (tlsPort === undefined) return { tls: undefined, close: () => app.close() };
  try {
    const tls = await createTlsIdentity(stateFolder);
    const httpsPort = await openHttpsPort(context, tls, app.routing, upgrade, { host, port: tlsPort });
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
