// A proxy that leads to the emulator under the names of the real services: it accepts CONNECT, speaks TLS as the host that was
// asked for, and counts. So a test sees every request that leaves the server, and none of them can reach anybody else.
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, request as sendRequest } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import tls from "node:tls";
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { onTestFinished } from "vitest";
import { createCertificate } from "../../../emulator/src/crypto/certificate.ts";
import { freePort } from "./world.ts";

/** The services of a deployment. The authority's name is one that nobody else has. */
export const hosts = {
  authority: "login.emulator.invalid",
  acs: "emulator.communication.azure.com",
  graph: "graph.microsoft.com",
  otlp: "otlp.emulator.invalid",
};

/** An emulator that takes itself for these services. Its own address stays out of what it issues. */
export async function startEmulatorBehind(): Promise<{ emulator: Emulator; address: string }> {
  const port = await freePort();
  const publicUrl = `https://${hosts.authority}`;
  const emulator = await startEmulator({ port, publicUrl, allowedHosts: [hosts.acs, hosts.graph] });
  return { emulator, address: `http://127.0.0.1:${port}` };
}

function identityOf(host: string) {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const issuer = { commonName: host, key };
  const use = { name: host, localAddresses: false };
  const cert = createCertificate({ commonName: host, key, issuer, untilDay: 1, use });
  return { cert, key: key.export({ type: "pkcs8", format: "pem" }).toString() };
}
const identities = new Map(Object.values(hosts).map((host) => [host, identityOf(host)]));

/** The certificates of the services, as a file of CAs has them. */
export const certificates = [...identities.values()].map(({ cert }) => cert);

export interface TestProxy {
  readonly url: string;
  /** `host:port` of every CONNECT, and the address of every other request. */
  readonly asked: readonly string[];
}

interface ProxyOptions {
  /** `user:password` that it wants. */
  credentials?: string;
  /** What it answers to CONNECT instead of connecting. */
  refusal?: string;
}

/** Starts one for the test, which ends it. @param address where the emulator really is */
export async function startProxy(address: string, { credentials, refusal }: ProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const target = new URL(address);
  const services = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const forwarded = sendRequest(
      { host: target.hostname, port: target.port, method, path: url, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url ?? "");
    outgoing.writeHead(502).end();
  });
  server.on("connection", (socket) => void sockets.add(socket));
  server.on("connect", ({ url = "", headers }, socket) => {
    asked.push(url);
    socket.on("error", () => {});
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (wanted && headers["proxy-authorization"] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n');
      return;
    }
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    const secured = new tls.TLSSocket(socket as Socket, { isServer: true, ...identities.get(url.split(":")[0] ?? "") });
    secured.on("error", () => {});
    services.emit("connection", secured);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** The settings of a deployment behind the proxy. */
export const settingsBehind = (proxyUrl: string, emulator: Emulator): Record<string, string> => ({
  ENTRA_AUTHORITY: `https://${hosts.authority}`,
  ACS_CONNECTION_STRING: emulator.acsConnectionString.replace(/(?<=endpoint=)[^;]+/, `https://${hosts.acs}`),
  GRAPH_ENDPOINT: `https://${hosts.graph}`,
  ALLOW_INSECURE_LOOPBACK: "",
  NODE_USE_ENV_PROXY: "1",
  HTTPS_PROXY: proxyUrl,
});
