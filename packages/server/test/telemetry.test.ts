// What operators see: metrics for Prometheus on a port of their own, traces and metrics over OTLP, and nothing loaded where
// neither is configured.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { counters, gauges, histograms } from "../src/observability/metrics.ts";
import { createOpenTelemetry } from "../src/observability/open-telemetry.ts";
import { parseSettings, type ValuesOf } from "../src/settings/setting.ts";
import { telemetryOf, telemetrySettings } from "../src/settings/telemetry-settings.ts";
import { serve } from "./support/process.ts";
import {
  environmentFor,
  exchange,
  freePort,
  freshEmulator,
  issue,
  issueBoth,
  startServer,
  type TestServer,
  tokensSeen,
  until,
} from "./support/world.ts";

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as { port: number }).port;
}

async function startMeasured(settings: Record<string, string> = {}) {
  const port = await freePort();
  const server = await startServer({ METRICS_PORT: String(port), ...settings });
  const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return { server, port, scrape };
}

function schemaDefaults(env: Record<string, string>) {
  const { values, problems } = parseSettings(telemetrySettings, env);
  expect(problems).toEqual([]);
  return telemetryOf({ ...(values as ValuesOf<typeof telemetrySettings>), HOST: "127.0.0.1" });
}

/** One request of each kind: granted, refused, not authenticated, unknown. */
async function visit(server: TestServer): Promise<void> {
  const { callerToken, teamsToken } = await issueBoth(server);
  await exchange(server, callerToken, teamsToken);
  await exchange(server, callerToken, await issue(server, "teams", { user: "bruno" }));
  await exchange(server, `${callerToken}x`, teamsToken);
  await fetch(`${server.url}/nowhere?teamsUserToken=${teamsToken}`);
}

function expectNoToken(text: string): void {
  expect(tokensSeen.size).toBeGreaterThan(0);
  for (const token of tokensSeen) {
    for (const fragment of token.match(/[\w-]{24}/g) ?? []) expect(text.includes(fragment)).toBe(false);
  }
}

describe("Prometheus", () => {
  it("finds requests by route, status and problem, ACS calls by outcome, and the state of the server", async () => {
    const { server, scrape } = await startMeasured();
    await visit(server);
    let text = "";
    await until(async () => {
      text = await scrape();
      return text.includes('http_route="none"');
    });
    const count = (labels: string) => new RegExp(`^http_server_request_duration_seconds_count\\{${labels}\\} 1$`, "m");
    const post = 'http_request_method="POST",http_route="/api/token/teams"';
    expect(text).toMatch(count(`${post},http_response_status_code="200"`));
    expect(text).toMatch(count(`${post},http_response_status_code="403",error_type="teams-token-other-user"`));
    expect(text).toMatch(count(`${post},http_response_status_code="401",error_type="caller-token-invalid"`));
    expect(text).toMatch(
      count('http_request_method="GET",http_route="none",http_response_status_code="404",error_type="not-found"'),
    );
    expect(text).toMatch(/^acs_exchange_duration_seconds_count\{outcome="ok"\} 1$/m);
    expect(text).toMatch(/^acs_quota_used 1$/m);
    expect(text).toMatch(/^acs_quota_limit 450$/m);
    expect(text).toMatch(/^entra_signing_keys_age_seconds \d/m);
    expect(text).toMatch(/^entra_signing_keys_ready 1$/m);
    expect(text).toMatch(/^nodejs_eventloop_delay_p99_seconds \d/m);
    expect(text).toMatch(/^process_memory_usage_bytes \d/m);
    expect(text).toMatch(/^process_cpu_time_seconds_total \d/m);
    expectNoToken(text);
  });

  it("gets every metric that is declared", async () => {
    const { server, scrape } = await startMeasured();
    await visit(server);
    const text = await scrape();
    const names = [...Object.keys(histograms), ...Object.keys(gauges), ...Object.keys(counters)];
    for (const name of names) {
      expect(text).toContain(`# HELP ${name.replaceAll(".", "_")}`);
    }
  });

  it("gets no new series from paths, hosts, ids or traces that callers make up", async () => {
    const { server, scrape } = await startMeasured();
    const series = async () => (await scrape()).split("\n").filter((line) => /^http_server.*_count/.test(line)).length;
    const call = (i: number) =>
      fetch(`${server.url}/made-up-${i}?x=${i}`, {
        headers: {
          traceparent: `00-${String(i).padStart(32, "1")}-${String(i).padStart(16, "1")}-01`,
          "x-request-id": `${i}`,
        },
      });
    await call(0);
    await until(async () => (await series()) === 1);
    for (let i = 1; i <= 30; i++) await call(i);
    expect(await series()).toBe(1);
  });

  it("gets one series for all files of the client, whose names change with every build", async () => {
    const folder = mkdtempSync(join(tmpdir(), "client-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const name of ["index.html", "a-12345678.js", "b-12345678.js"]) writeFileSync(join(folder, name), "x");
    const port = await freePort();
    const server = await startServer({ METRICS_PORT: String(port) }, { pageFolder: folder });
    for (const name of ["", "a-12345678.js", "b-12345678.js"]) {
      expect((await fetch(`${server.url}/${name}`)).status).toBe(200);
    }
    let counts: string[] = [];
    await until(async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      counts = text.match(/^http_server_request_duration_seconds_count.*$/gm) ?? [];
      return counts.some((line) => line.endsWith(" 3"));
    });
    expect(counts).toEqual([expect.stringContaining('http_route="/*"')]);
  });

  it("gets a bounded number of series of any attributes", async () => {
    const settings = schemaDefaults({ METRICS_PORT: "9464" });
    const telemetry = createOpenTelemetry(settings, { proxy: undefined });
    onTestFinished(() => telemetry.shutdown());
    for (let i = 0; i < 4_000; i++) telemetry.record("acs.exchange.duration", 1, { outcome: `made up ${i}` });
    const port = await listen((request, response) => telemetry.prometheus?.(request, response));
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text.match(/^acs_exchange_duration_seconds_count/gm)?.length).toBeLessThanOrEqual(2_000);
    expect(text).toContain("otel_metric_overflow");
  });

  it("asks on its own port, which has nothing else; the API's port has no metrics", async () => {
    const { server, port } = await startMeasured();
    const metrics = `http://127.0.0.1:${port}`;
    expect((await fetch(`${metrics}/metrics`)).headers.get("content-type")).toContain("text/plain");
    expect((await fetch(`${metrics}/api/config`)).status).toBe(404);
    expect((await fetch(`${metrics}/metrics`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  });

  it.each([
    ["evil.example", 403],
    ["127.0.0.1.evil.example", 403],
    ["evil.example:9464", 403],
    ["localhost:9464", 200],
    ["127.0.0.1", 200],
    ["[::1]:9464", 200],
  ])(
    "on loopback is answered under names of loopback only, not those that a page pointed there: %s",
    async (host, status) => {
      const { port } = await startMeasured();
      const asked = request({ port, host: "127.0.0.1", path: "/metrics", headers: { host } }).end();
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(status);
    },
  );

  it("finds no listener after the server has closed", async () => {
    const { server, scrape } = await startMeasured();
    await scrape();
    await server.app.close();
    await expect(scrape()).rejects.toThrow();
  });
});

describe("OTLP", () => {
  /** A receiver, and a server that sends to it when it closes. */
  async function startTraced(settings: Record<string, string> = {}) {
    const received: { path: string; body: Buffer; headers: IncomingHttpHeaders }[] = [];
    const port = await listen(async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      received.push({ path: request.url ?? "", body, headers: request.headers });
      response.end();
    });
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=north",
      OTEL_SERVICE_NAME: "north-exchange",
    };
    // OpenTelemetry's exporters read the process's own environment.
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = await startServer({ ...environment, ...settings });
    const sent = (path: string) =>
      Buffer.concat(received.filter((entry) => entry.path === path).map(({ body }) => body));
    return { server, received, traces: () => sent("/v1/traces"), metrics: () => sent("/v1/metrics") };
  }

  it("gets a span for each request and each ACS call, and metrics; no token, key or address among them", async () => {
    const { server, received, traces, metrics } = await startTraced();
    await visit(server);
    await server.app.close();
    const spans = traces().toString("latin1");
    for (const text of [
      "north-exchange",
      "POST /api/token/teams",
      "GET none",
      "ACS exchangeTeamsUserAccessToken",
      "teams-token-other-user",
      "caller-token-invalid",
      "acs.ms_cv",
    ]) {
      expect(spans).toContain(text);
    }
    expect(metrics().toString("latin1")).toContain("http.server.request.duration");
    expect(received[0]?.headers).toMatchObject({ "x-tenant": "north", "content-type": "application/x-protobuf" });
    const all = spans + metrics().toString("latin1");
    expectNoToken(all);
    expect(all).not.toMatch(/bearer|accesskey|authorization|nowhere|teamsUserToken/i);
  });

  it("continues the caller's trace, and ACS gets it as the parent of what it does", async () => {
    const seen: IncomingHttpHeaders[] = [];
    const acsPort = await listen(async (request, response) => {
      await request.toArray();
      seen.push(request.headers);
      const expiresOn = new Date(Date.now() + 3_600_000).toISOString();
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ token: "acs", expiresOn }));
    });
    const key = Buffer.from("a key of the resource, long enough").toString("base64");
    const { server, traces } = await startTraced({
      ACS_CONNECTION_STRING: `endpoint=http://127.0.0.1:${acsPort}/;accesskey=${key}`,
    });
    const { callerToken, teamsToken } = await issueBoth(server);
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const response = await fetch(`${server.url}/api/token/teams`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${callerToken}`,
        "content-type": "application/json",
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
        tracestate: "canary=of-the-caller",
      },
      body: JSON.stringify({ teamsUserToken: teamsToken }),
    });
    expect(response.status).toBe(200);
    await server.app.close();
    expect(seen[0]?.["traceparent"]).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(seen[0]?.["traceparent"]).not.toContain("00f067aa0ba902b7");
    expect(seen[0]?.["tracestate"]).toBeUndefined();
    const [acsSpan = ""] = /(?<=^00-\w{32}-)\w{16}/.exec(String(seen[0]?.["traceparent"])) ?? [];
    for (const id of [traceId, "00f067aa0ba902b7", acsSpan])
      expect(traces().includes(Buffer.from(id, "hex"))).toBe(true);
    expect(traces().toString("latin1")).not.toContain("canary");
  });

  it.each(["", "invalid", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, `ff-${"1".repeat(32)}-00f067aa0ba902b7-01`])(
    "starts a new trace for the header '%s'",
    async (traceparent) => {
      const { server, traces } = await startTraced();
      await fetch(`${server.url}/livez`, { headers: { traceparent } });
      await server.app.close();
      expect(traces().toString("latin1")).toContain("GET /livez");
      expect(traces().includes(Buffer.from("00f067aa0ba902b7", "hex"))).toBe(false);
    },
  );

  it("that does not answer does not keep the server from closing", async () => {
    const port = await listen(() => {});
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${port}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = await startServer({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    await fetch(`${server.url}/livez`);
    await server.app.close();
  });
});

describe("without telemetry", () => {
  const reportLoads = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from "node:module";
    registerHooks({ resolve(specifier, context, next) {
      if (specifier.startsWith("@opentelemetry")) process.stderr.write("loaded " + specifier + "\\n");
      return next(specifier, context);
    } });`)}`;

  async function loadsOf(settings: Record<string, string>): Promise<string> {
    const env = { ...environmentFor(await freshEmulator()), PORT: "0", ...settings };
    const child: ChildProcess = spawn(process.execPath, ["--import", reportLoads, ...serve], {
      env,
      cwd: tmpdir(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let [out, err] = ["", ""];
    child.stdout?.on("data", (chunk) => (out += chunk));
    child.stderr?.on("data", (chunk) => (err += chunk));
    let isClosed = false;
    // Not before all that it wrote has been read.
    child.once("close", () => {
      isClosed = true;
    });
    await until(() => out.includes("listening") || isClosed);
    return err;
  }

  it("nothing of OpenTelemetry is loaded; with it, it is", async () => {
    expect(await loadsOf({})).toBe("");
    expect(await loadsOf({ METRICS_PORT: String(await freePort()) })).toContain("loaded @opentelemetry/");
  });

  it("says which port is taken if the Prometheus port cannot be opened", async () => {
    const taken = await listen(() => {});
    expect(await loadsOf({ METRICS_PORT: String(taken) })).toContain(
      `Port ${taken} is taken. Choose another with the setting METRICS_PORT`,
    );
  });
});
