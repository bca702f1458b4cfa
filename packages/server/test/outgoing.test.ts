// The way out through a proxy: which requests take it, and what operators read if it does not work.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import type { Emulator } from "@teams-token-exchange/emulator";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { isDirect } from "../src/network/network.ts";
import { apiSecret, consentToGraph } from "./support/mappings.ts";
import { certificates, hosts, settingsBehind, startEmulatorBehind, startProxy } from "./support/proxy.ts";
import {
  answerOf,
  exchange,
  freePort,
  issueBoth,
  logLines,
  startServer,
  type TestServer,
  until,
} from "./support/world.ts";

let emulator: Emulator;
/** Where it really is. */
let address: string;
const trusted = tls.getCACertificates("default");
beforeAll(async () => {
  ({ emulator, address } = await startEmulatorBehind());
  tls.setDefaultCACertificates([...trusted, ...certificates]);
});
afterAll(async () => {
  tls.setDefaultCACertificates(trusted);
  await emulator.close();
});

/** A server whose every service is behind the proxy. */
function startBehind(proxyUrl: string, settings: Record<string, string> = {}): Promise<TestServer> {
  emulator.reset();
  logLines.splice(0);
  return startServer({ ...settingsBehind(proxyUrl, emulator), ...settings }, {}, emulator);
}
const ready = async ({ app }: TestServer) => (await app.inject("/readyz")).statusCode === 200;
const messages = () => logLines.map((line) => (JSON.parse(line) as { msg: string }).msg);
const portsOf = (...names: (keyof typeof hosts)[]) => names.map((name) => `${hosts[name]}:443`).sort();

/** An exchange and an ACS user, for which the server asks every service. */
async function askEverything(server: TestServer): Promise<number[]> {
  const { callerToken, teamsToken } = await issueBoth(server);
  const exchanged = await exchange(server, callerToken, teamsToken);
  const headers = { authorization: `Bearer ${callerToken}` };
  const user = await answerOf(await fetch(`${server.url}/api/user`, { method: "POST", headers }));
  return [exchanged.status, user.status];
}

describe("with NODE_USE_ENV_PROXY=1", () => {
  it("requests to Entra ID, ACS, Graph and the OTLP receiver go through the proxy", async () => {
    const proxy = await startProxy(address, { credentials: "proxy-user:p4ss" });
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `https://${hosts.otlp}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = await startBehind(proxy.url.replace("//", "//proxy-user:p4ss@"), {
      ENTRA_API_CLIENT_SECRET: apiSecret(emulator),
      OTEL_EXPORTER_OTLP_ENDPOINT: `https://${hosts.otlp}`,
      OTEL_METRIC_EXPORT_INTERVAL: "100",
    });
    await consentToGraph({ ...emulator, origin: address });
    await until(() => ready(server));
    expect(await askEverything(server)).toEqual([200, 201]);
    const everybody = portsOf("authority", "acs", "graph", "otlp");
    await until(() => new Set(proxy.asked).size === everybody.length);
    expect([...new Set(proxy.asked)].sort()).toEqual(everybody);
    expect(logLines.join("")).not.toContain("p4ss");
  });

  it("the lower-case names count too, and first", async () => {
    const proxy = await startProxy(address);
    const server = await startBehind("http://127.0.0.1:1", { https_proxy: proxy.url });
    await until(() => ready(server));
    expect([...new Set(proxy.asked)]).toEqual(portsOf("authority"));
  });

  it("hosts of NO_PROXY are reached directly", async () => {
    const proxy = await startProxy(address);
    // Nobody has this name, so the direct way ends in DNS.
    await startBehind(proxy.url, { NO_PROXY: "example.com, .emulator.invalid" });
    await until(() => messages().some((text) => text.startsWith("Cannot fetch signing keys")));
    expect(messages().join()).toMatch(
      /from login\.emulator\.invalid \((ENOTFOUND|EAI_AGAIN)\)\. Check ENTRA_AUTHORITY and DNS; run doctor\./,
    );
    expect(proxy.asked).toEqual([]);
  });

  it("an emulator on this machine is reached directly, because a proxy elsewhere cannot reach it", async () => {
    const elsewhere = "http://proxy.emulator.invalid:3128";
    const server = await startServer({ NODE_USE_ENV_PROXY: "1", HTTP_PROXY: elsewhere, HTTPS_PROXY: elsewhere });
    await until(() => ready(server));
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });

  it("an emulator on this machine is reached through a proxy on this machine", async () => {
    const proxy = await startProxy(address);
    const server = await startServer({ NODE_USE_ENV_PROXY: "1", HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url });
    await until(() => proxy.asked.length > 0);
    const { host } = new URL(server.emulator.origin);
    expect(proxy.asked.every((asked) => asked.includes(host))).toBe(true);
  });

  const elsewhere = "http://proxy.example.com:3128";
  const here = "http://127.0.0.1:3128";
  it.each([
    ["http://169.254.169.254/metadata/identity", elsewhere, true],
    ["http://169.254.169.254/metadata/identity", here, true],
    ["http://[fe80::1]/", here, true],
    ["http://127.9.9.9/", elsewhere, true],
    ["http://[::1]:42356/msi/token", elsewhere, true],
    ["http://localhost:40342/", elsewhere, true],
    ["http://localhost:40342/", here, false],
    ["http://[::1]:42356/msi/token", "http://localhost:3128", false],
    ["http://169.255.0.1/", elsewhere, false],
    ["https://localhost.example.com/", elsewhere, false],
    ["https://login.microsoftonline.com/", elsewhere, false],
  ])("%s with the proxy %s is reached directly: %s", (address, proxy, is) => {
    expect(isDirect(new URL(address), { httpProxy: proxy, httpsProxy: proxy, noProxy: "" })).toBe(is);
  });
});

describe("says in the log that", () => {
  const firstFailure = async () => {
    // The server of the test before may still log its own failure.
    const found = () => messages().find((text) => text.startsWith(`Cannot fetch signing keys from ${hosts.authority}`));
    await until(() => found() !== undefined);
    return found();
  };
  const password = "p4ss-of-the-proxy";
  const withPassword = (url: string) => url.replace("//", `//proxy-user:${password}@`);
  const from = `Cannot fetch signing keys from ${hosts.authority}`;

  it("the proxy refuses user and password", async () => {
    const proxy = await startProxy(address, { credentials: "other:other" });
    await startBehind(withPassword(proxy.url));
    const { host } = new URL(proxy.url);
    const remedy = `The proxy ${host} refuses user and password (407). Correct them in HTTPS_PROXY; run doctor.`;
    expect(await firstFailure()).toBe(`${from} (UND_ERR_ABORTED). ${remedy}`);
    expect(logLines.join("")).not.toContain(password);
  });

  it("the proxy does not connect to the host", async () => {
    const proxy = await startProxy(address, { refusal: "403 Forbidden" });
    await startBehind(proxy.url);
    expect(await firstFailure()).toContain(
      `does not connect (403). Allow ${hosts.authority} there, or add it to NO_PROXY`,
    );
  });

  it("the proxy is down", async () => {
    const host = `127.0.0.1:${await freePort()}`;
    await startBehind(withPassword(`http://${host}`));
    const remedy = `The proxy ${host} cannot be reached. Check HTTPS_PROXY; run doctor.`;
    expect(await firstFailure()).toBe(`${from} (ECONNREFUSED). ${remedy}`);
    expect(logLines.join("")).not.toContain(password);
  });

  it("the proxy reads TLS with a CA that is not trusted", async () => {
    tls.setDefaultCACertificates(trusted);
    onTestFinished(() => tls.setDefaultCACertificates([...trusted, ...certificates]));
    const proxy = await startProxy(address);
    await startBehind(proxy.url);
    expect(await firstFailure()).toContain("name that in NODE_EXTRA_CA_CERTS");
  });

  it("ACS cannot be reached through it, for each exchange that fails", async () => {
    const proxy = await startProxy(address);
    const server = await startBehind(proxy.url, {
      ACS_CONNECTION_STRING: emulator.acsConnectionString.replace(
        /(?<=endpoint=)[^;]+/,
        "https://typo.communication.azure.com",
      ),
    });
    await until(() => ready(server));
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(502);
    const line = messages().find((text) => text.startsWith("teams token not exchanged"));
    expect(line).toContain("Cannot call ACS at typo.communication.azure.com");
    expect(line).toContain("ACS_CONNECTION_STRING");
  });

  it("a proxy is named but not switched on, once", async () => {
    logLines.splice(0);
    await startServer({ HTTPS_PROXY: "http://127.0.0.1:1" });
    expect(messages().filter((text) => text.includes("NODE_USE_ENV_PROXY=1"))).toHaveLength(1);
  });
});

const tinyproxy = ["/usr/bin/tinyproxy", "/usr/local/bin/tinyproxy", "/opt/homebrew/bin/tinyproxy"].find(existsSync);

/** Whether something listens on a port of this machine. */
const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("close", () => resolve(false)).on("connect", () => socket.destroy());
  });

/** Starts a tinyproxy for the test; it hands everything on to another proxy. @returns its address, and its log lines */
async function startTinyproxy(upstream: string) {
  const folder = mkdtempSync(join(tmpdir(), "tinyproxy-"));
  const port = await freePort();
  const [file, logFile] = [join(folder, "tinyproxy.conf"), join(folder, "log")];
  const lines = ["Listen 127.0.0.1", `Port ${port}`, `Upstream http ${new URL(upstream).host}`, "BasicAuth user p4ss"];
  writeFileSync(file, [...lines, "MaxClients 50", "LogLevel Connect", `LogFile "${logFile}"`, ""].join("\n"));
  const child = spawn(tinyproxy ?? "", ["-d", "-c", file], { stdio: "ignore" });
  onTestFinished(async () => {
    child.kill();
    await new Promise((resolve) => child.once("exit", resolve));
    rmSync(folder, { recursive: true });
  });
  const logged = () => (existsSync(logFile) ? readFileSync(logFile, "utf8") : "");
  await until(() => isOpen(port));
  return { url: `http://user:p4ss@127.0.0.1:${port}`, logged };
}

if (!tinyproxy && process.env["CI"]) throw new Error("The test of a real proxy needs tinyproxy, and CI must run it.");
it.skipIf(!tinyproxy)("everything works through tinyproxy", async () => {
  const proxy = await startProxy(address);
  const { url, logged } = await startTinyproxy(proxy.url);
  const server = await startBehind(url, { ENTRA_API_CLIENT_SECRET: apiSecret(emulator) });
  await consentToGraph({ ...emulator, origin: address });
  await until(() => ready(server));
  expect(await askEverything(server)).toEqual([200, 201]);
  for (const target of portsOf("authority", "acs", "graph")) expect(logged()).toContain(`CONNECT ${target}`);
  expect([...new Set(proxy.asked)].sort()).toEqual(portsOf("authority", "acs", "graph"));
});
