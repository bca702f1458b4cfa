// What callers see when nobody can be sure that it is ACS who answers. The program runs with a CA of the test's own, so
// that a good certificate is good and each bad one is bad for its own reason alone.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { generate } from "selfsigned";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { answerOf, environmentFor, freshEmulator, issueBoth, until } from "./support.ts";
import { addressOf, runProgram } from "./support-process.ts";
import { goodBody, json } from "./support-upstream.ts";

interface Authority {
  key: string;
  cert: string;
}
let authority: Authority;
beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "Test CA" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  authority = { key, cert };
});

const days = (count: number) => new Date(Date.now() + count * 86_400_000);

/** A server certificate of the CA. */
async function certificate(options: { name?: string; notAfter?: Date; signedBy?: Authority | undefined }) {
  const { name = "localhost", notAfter = days(1), signedBy = authority } = options;
  const pems = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: days(-10),
    notAfterDate: notAfter,
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }],
    ...("signedBy" in options && options.signedBy === undefined ? {} : { ca: signedBy }),
  });
  return { key: pems.private, cert: pems.cert };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

let calls = 0;
const tlsUpstream = (options: TlsOptions) =>
  listen(
    createTlsServer(options, (socket) => {
      calls += 1;
      socket.on("error", () => {}).on("data", () => socket.write(json(goodBody)));
    }).on("tlsClientError", () => {}),
  );

/** One exchange of the built program with an ACS on this port. */
async function exchangeOver(port: number) {
  const folder = mkdtempSync(join(tmpdir(), "tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "ca.pem"), authority.cert);
  const emulator = await freshEmulator();
  const program = runProgram({
    ...environmentFor(emulator),
    ACS_CONNECTION_STRING: `endpoint=https://localhost:${port};accesskey=${"A".repeat(44)}`,
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    PORT: "0",
  });
  const address = await addressOf(program);
  await until(async () => (await fetch(`${address}/readyz`)).ok);
  const { callerToken, teamsToken } = await issueBoth({ emulator } as Parameters<typeof issueBoth>[0]);
  calls = 0;
  const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
  return answerOf(await fetch(`${address}/api/token/teams`, { headers }));
}

describe("TLS to ACS", () => {
  it("with a certificate of the trusted CA: exchanged", async () => {
    expect((await exchangeOver(await tlsUpstream(await certificate({})))).status).toBe(201);
  });

  it.each([
    ["acs-06 expired", { notAfter: days(-1) }],
    ["acs-07 of another host", { name: "other.example" }],
    ["acs-08 self-signed", { signedBy: undefined }],
  ])("with a certificate %s: 502 upstream-tls, and no token is sent", async (_name, options) => {
    const answer = await exchangeOver(await tlsUpstream(await certificate(options)));
    expect(answer).toMatchObject({ status: 502, problem: "upstream-tls" });
    expect(calls).toBe(0);
  });

  it("acs-09 with TLS 1.1 alone: 502 upstream-tls", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const answer = await exchangeOver(await tlsUpstream({ ...(await certificate({})), ...old }));
    expect(answer).toMatchObject({ status: 502, problem: "upstream-tls" });
  });

  it("acs-10 with a handshake that never ends: 504", async () => {
    const answer = await exchangeOver(
      await listen(createTcpServer((socket) => void socket.on("error", () => {}).resume())),
    );
    expect(answer).toMatchObject({ status: 504, problem: "upstream-timeout" });
  });

  it("with plain HTTP on the port: 502 upstream-tls", async () => {
    const plain = createTcpServer(
      (socket) => void socket.on("error", () => {}).once("data", () => socket.end(json(goodBody))),
    );
    expect(await exchangeOver(await listen(plain))).toMatchObject({ status: 502, problem: "upstream-tls" });
  });
});
