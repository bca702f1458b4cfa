// What real platforms and clients bring along: sockets instead of ports, origins of apps, other names of the API, other clouds,
// and variables that a platform injects.
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDenyList } from "../src/admin.ts";
import { buildApp } from "../src/app.ts";
import { readConfig } from "../src/settings/read-settings.ts";
import { hasRedis, startRedis } from "./support/redis.ts";
import {
  answerOf,
  environmentFor,
  exchange,
  freshEmulator,
  issue,
  issueBoth,
  logLines,
  startServer,
} from "./support/world.ts";

/** The status of a GET over a socket of the file system. */
const statusOver = (socketPath: string, path: string, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    request({ socketPath, path, headers }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });

describe("a server on a socket", () => {
  it.each([{}, { TRUSTED_PROXIES: "1" }, { TRUSTED_PROXIES: "10.0.0.0/8" }])(
    "answers, and counts callers without an address, with %o",
    async (settings) => {
      const folder = mkdtempSync(join(tmpdir(), "socket-"));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const path = join(folder, "server.sock");
      const environment = environmentFor(await freshEmulator());
      const config = readConfig({ ...environment, ...settings, PORT: path, RATE_LIMIT_PER_ADDRESS: "2" });
      const app = await buildApp(config, { logDestination: { write: (line) => void logLines.push(line) } }, {});
      onTestFinished(() => app.close());
      await app.listen({ path: config.socketPath ?? "" });
      expect(await statusOver(path, "/livez")).toBe(200);
      const statuses = [];
      for (let count = 0; count < 3; count += 1) statuses.push(await statusOver(path, "/api/token/teams"));
      expect(statuses).toEqual([401, 401, 429]);
    },
  );
});

describe("a page in an app", () => {
  it.each(["capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://bundle"])(
    "at %s may read the answers if it is listed",
    async (origin) => {
      const { url } = await startServer({ ALLOWED_ORIGINS: `https://app.example.com,${origin}` });
      const allowedFor = async (given: string, method = "GET") => {
        const headers = { origin: given, "access-control-request-method": "POST" };
        const response = await fetch(`${url}/api/token/teams`, { method, headers });
        return response.headers.get("access-control-allow-origin");
      };
      expect(await allowedFor(origin)).toBe(origin);
      expect(await allowedFor(origin, "OPTIONS")).toBe(origin);
      for (const other of ["null", "file://", `${origin}.example`, "capacitor://other"]) {
        expect(await allowedFor(other)).toBeNull();
      }
    },
  );
});

describe("an API with an Application ID URI of its own", () => {
  const uri = "api://contoso.example/Exchange";

  it("accepts v1 tokens with exactly this audience, and the page requests them", async () => {
    const server = await startServer({ ENTRA_API_AUDIENCES: uri });
    const teamsToken = await issue(server, "teams");
    const statusOf = async (changes: Parameters<typeof issue>[2]) =>
      (await exchange(server, await issue(server, "api", changes), teamsToken)).status;
    expect(await statusOf({ version: 1, claims: { aud: uri } })).toBe(200);
    expect(await statusOf({ version: 1 })).toBe(200);
    expect(await statusOf({ version: 1, claims: { aud: uri.toLowerCase() } })).toBe(401);
    expect(await statusOf({ version: 2, claims: { aud: uri } })).toBe(401);
    const { body } = await answerOf(await fetch(`${server.url}/api/config`));
    expect(body).toMatchObject({ apiScopes: [`${uri}/access_as_user`] });
  });

  it("is refused if no setting lists it", async () => {
    const server = await startServer();
    const callerToken = await issue(server, "api", { version: 1, claims: { aud: uri } });
    expect(await exchange(server, callerToken, await issue(server, "teams"))).toMatchObject({ status: 401 });
  });
});

describe("a national cloud", () => {
  it("has its own Teams resource, which the page requests", async () => {
    const { url, app } = await startServer(
      {
        ENTRA_AUTHORITY: "https://login.microsoftonline.us",
        ACS_CONNECTION_STRING: `endpoint=https://contoso.communication.azure.us/;accesskey=${"A".repeat(44)}`,
        ALLOW_INSECURE_LOOPBACK: "false",
      },
      { fetch: () => Promise.reject(new Error("no network in this test")) },
    );
    expect(app.hasRoute({ method: "GET", url: "/api/config" })).toBe(true);
    const { body } = await answerOf(await fetch(`${url}/api/config`));
    const resource = "https://auth.msft.communication.azure.us";
    expect(body).toMatchObject({ teamsScopes: [`${resource}/Teams.ManageCalls`, `${resource}/Teams.ManageChats`] });
  });
});

describe("a Redis with a generated password", () => {
  it.runIf(hasRedis)(
    "is used if the password is encoded, and otherwise the message says how to encode it",
    async () => {
      const redis = await startRedis();
      const password = "c2VjcmV0/x+y%=@#?";
      await redis.command("CONFIG", "SET", "requirepass", password);
      const withPassword = (written: string) => ({ REDIS_URL: redis.url.replace("//", `//:${written}@`) });
      const list = await openDenyList(withPassword(encodeURIComponent(password)));
      onTestFinished(() => list.close());
      expect(await list.list()).toEqual([]);
      await expect(openDenyList(withPassword(password))).rejects.toThrow(/REDIS_URL has a \/ or .*write %2F for \//);
    },
  );
});

describe("variables that a platform injects", () => {
  it("do not stop the server, which logs each of them once and exchanges tokens", async () => {
    const before = logLines.length;
    const server = await startServer({
      METRICS_PORT: "tcp://10.0.0.1:9464",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4317",
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_TRACES_SAMPLER: "jaeger_remote",
    });
    const { callerToken, teamsToken } = await issueBoth(server);
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({ status: 200 });
    const lines = logLines.slice(before).map((line) => JSON.parse(line) as { level: number; setting?: string });
    const warned = lines.filter(({ level }) => level === 40).map(({ setting }) => setting);
    expect(warned.toSorted()).toEqual(["METRICS_PORT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_TRACES_SAMPLER"]);
  });
});
