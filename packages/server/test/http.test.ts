// What holds for every route and every answer.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  answerOf,
  exchange,
  exchangeBytes,
  issueBoth,
  logLines,
  startServer,
  type TestServer,
  tokensSeen,
  until,
} from "./support/world.ts";

/** The only routes that answer without a token. `*` is the catch-all of CORS preflights. */
const publicPaths = ["/livez", "/readyz", "/api/config", "/problems", "/openapi.json"];
const publicRoutes = [...publicPaths.flatMap((path) => [`GET ${path}`, `HEAD ${path}`]), "OPTIONS *"];

/** Every registered route as `METHOD /path`. */
const routesOf = ({ app }: TestServer): string[] =>
  app.ownRoutes.flatMap(({ method, url }) => [method].flat().map((each) => `${each} ${url}`));

describe("every route", () => {
  it("answers 401 without a token, but for the public ones that are named here and the client's files", async () => {
    const server = await startServer({}, { pageFolder: "/nonexistent" });
    const routes = routesOf(server);
    expect(routes).toEqual(expect.arrayContaining([...publicRoutes, "POST /api/token/teams", "GET /api/token/teams"]));
    for (const route of routes.filter((candidate) => !publicRoutes.includes(candidate))) {
      const [method = "", path = ""] = route.split(" ");
      const answer = await answerOf(await fetch(`${server.url}${path}`, { method }));
      expect({ route, status: answer.status, problem: answer.problem }).toEqual({
        route,
        status: 401,
        problem: "caller-token-missing",
      });
    }
  });

  it.each(publicPaths)("that is public answers HEAD as GET, without the body: %s", async (path) => {
    const server = await startServer();
    await until(async () => (await fetch(`${server.url}/readyz`)).ok);
    const [head, get] = [await fetch(server.url + path, { method: "HEAD" }), await fetch(server.url + path)];
    expect(head.status).toBe(get.status);
    expect(await head.text()).toBe("");
    for (const header of ["content-type", "content-length", "cache-control", "content-security-policy"]) {
      expect([header, head.headers.get(header)]).toEqual([header, get.headers.get(header)]);
    }
  });

  it("that is private has no HEAD twin, which would spend quota for nothing", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    const response = await fetch(`${server.url}/api/token/teams`, { method: "HEAD", headers });
    expect(response.status).toBe(404);
    expect(server.emulator.requests.filter(({ operation }) => operation.startsWith("CommunicationIdentity"))).toEqual(
      [],
    );
  });
});

describe("every answer", () => {
  it.each(["/livez", "/api/config", "/api/token/teams", "/nowhere", "/problems"])(
    "of %s carries a request id, no-store and the security headers",
    async (path) => {
      const server = await startServer();
      const { headers, body } = await answerOf(await fetch(`${server.url}${path}`));
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("etag")).toBeNull();
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("content-security-policy")).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
      expect(headers.get("strict-transport-security")).toContain("max-age=");
      if (path === "/api/token/teams") {
        expect(headers.get("content-type")).toContain("application/problem+json");
        expect((body as { requestId: string }).requestId).toBe(headers.get("x-request-id"));
      }
    },
  );

  const host = "Host: x\r\nConnection: close\r\n";
  // The last two are for a router or a host that is not ours to ask.
  it.each([
    ["what is not HTTP", "hello\r\n\r\n", 400, "request-invalid"],
    ["no address", `GET secret HTTP/1.1\r\n${host}\r\n`, 400, "request-invalid"],
    [
      "far too large headers",
      `GET /secret HTTP/1.1\r\nX: ${"x".repeat(40_000)}\r\n${host}\r\n`,
      431,
      "headers-too-large",
    ],
    ["a cut escape", `GET /secret?x=1%&y=/% HTTP/1.1\r\n${host}\r\n`, 404, "not-found"],
    ["a cut escape in the path", `GET /secret/%2 HTTP/1.1\r\n${host}\r\n`, 400, "request-invalid"],
    ["an escape that is no UTF-8", `POST /api/token/teams/secret%ff HTTP/1.1\r\n${host}\r\n`, 400, "request-invalid"],
    ["an escape that names a slash", `GET /api%2Fconfig?secret HTTP/1.1\r\n${host}\r\n`, 404, "not-found"],
    ["a very long segment", `GET /secret/${"x".repeat(5000)} HTTP/1.1\r\n${host}\r\n`, 404, "not-found"],
    ["the server as a whole", `GET * HTTP/1.1\r\n${host}\r\n`, 404, "not-found"],
    ["a method that no route has", `PROPFIND /secret HTTP/1.1\r\n${host}\r\n`, 404, "not-found"],
    ["no host", "GET /livez?secret HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "request-invalid"],
  ])("to %s is a problem with all headers and a log line, and repeats nothing", async (_what, bytes, status, name) => {
    const server = await startServer();
    const answer = await exchangeBytes(server, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*"type":"/problems#${name}"`));
    const [head = ""] = answer.toLowerCase().split("\r\n\r\n");
    for (const header of ["cache-control: no-store", "x-content-type-options: nosniff", "content-security-policy: "]) {
      expect(head).toContain(`\r\n${header}`);
    }
    expect(head).toContain("\r\ncontent-type: application/problem+json");
    expect(answer).not.toMatch(/secret/);
    const requestId = /x-request-id: (\S+)/.exec(head)?.[1] ?? "none";
    const line = () => logLines.find((each) => each.includes(requestId));
    await until(() => line() !== undefined);
    expect(JSON.parse(line() ?? "")).toMatchObject({ status, problem: name });
    expect(line()).not.toMatch(/secret/);
  });

  it("to an expectation is the answer without it", async () => {
    const server = await startServer();
    const bytes = (expectation: string) => `GET /livez HTTP/1.1\r\n${host}Expect: ${expectation}\r\n\r\n`;
    expect(await exchangeBytes(server, bytes("something"))).toMatch(/^HTTP\/1.1 200 [\s\S]*x-request-id/i);
    expect(await exchangeBytes(server, bytes("100-continue"))).toMatch(/^HTTP\/1.1 100 [\s\S]*HTTP\/1.1 200 /);
  });

  it("has room for a caller token of 16 KB and a Teams token of 8 KB in the headers", async () => {
    const server = await startServer();
    const headers = { authorization: `Bearer ${"x".repeat(16_384)}`, "teams-user-aad-token": "y".repeat(8192) };
    expect((await fetch(`${server.url}/api/token/teams`, { headers })).status).toBe(401);
  });
});

describe("a body", () => {
  const json = { "content-type": "application/json" };
  const bodyProblems = ["request-invalid", "media-type-unsupported", "form-required"];

  it.each(["application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "text/plain"])(
    "of no bytes is no body, also with the type %s, on every route",
    async (type) => {
      const server = await startServer({ ADMIN_APP_ROLE: "Exchange.Admin" });
      const { callerToken, teamsToken } = await issueBoth(server, { claims: { roles: ["Exchange.Admin"] } });
      const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
      for (const route of routesOf(server).filter((each) => /^(POST|DELETE) /.test(each))) {
        const [method = "", path = ""] = route.split(" ");
        const call = async (more: Record<string, string>) => {
          const answer = await answerOf(await fetch(server.url + path, { method, headers: { ...headers, ...more } }));
          // Other problems come later than that of a body: some routes lack here what they need.
          return { route, problem: bodyProblems.find((problem) => problem === answer.problem) };
        };
        expect(await call({ "content-type": type })).toEqual(await call({}));
      }
    },
  );

  it("of no bytes is no body if it comes in chunks", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const headers = { ...json, authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    const body = new ReadableStream({ start: (controller) => controller.close() });
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    expect((await fetch(`${server.url}/api/token/teams`, init)).status).toBe(200);
  });

  it.each([
    ["to an unknown path", "/nowhere", 404],
    ["without a caller token", "/api/token/teams", 401],
    ["in GET", "/livez", 200],
  ])("%s is not read: the answer comes before it, then the connection ends", async (_what, path, status) => {
    const server = await startServer();
    const method = status === 200 ? "GET" : "POST";
    const framing = ["Content-Length: 1000", "Transfer-Encoding: chunked"];
    for (const header of framing) {
      const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${header}\r\n\r\n`;
      // The connection ends although this client neither sends the rest nor closes it.
      expect(await exchangeBytes(server, head)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    }
  });

  it("that arrives after the answer leaves the connection open for the next request", async () => {
    const server = await startServer();
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    let text = "";
    socket.on("data", (chunk) => (text += chunk));
    socket.write("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
    await until(() => text.includes("404 "));
    socket.write("12345GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
    await until(() => text.includes("200 "));
  });
});

describe("the path", () => {
  it.each([
    "/api/token/teams/",
    "/api/Token/Teams",
    "/API/TOKEN/TEAMS/?x=1",
    "//api/token//teams",
    "http://any.example/api/token/teams",
  ])("%s is that of the exchange, behind the same hooks", async (path) => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const send = async (headers: Record<string, string>) => {
      const lines = Object.entries({ ...headers, host: "x", connection: "close" });
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      return await exchangeBytes(server, `GET ${path} HTTP/1.1\r\n${head}\r\n`);
    };
    expect(await send({})).toMatch(/^HTTP\/1.1 401 /);
    const answer = await send({ authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken });
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
    tokensSeen.add(/"token":"([^"]+)"/.exec(answer)?.[1] ?? "");
    expect(logLines.at(-1)).toContain('"route":"/api/token/teams"');
  });

  it("stays a file's in its own case", async () => {
    const folder = await mkdtemp(join(tmpdir(), "page-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const name of ["index.html", "a.js", "A.js"]) await writeFile(join(folder, name), name);
    const server = await startServer({}, { pageFolder: folder });
    const textOf = async (path: string) => (await fetch(server.url + path)).text();
    expect([await textOf("/a.js"), await textOf("/A.js")]).toEqual(["a.js", "A.js"]);
    expect((await fetch(`${server.url}/INDEX.html`)).status).toBe(404);
  });
});

describe("CORS", () => {
  const preflight = (server: TestServer, origin: string) =>
    fetch(`${server.url}/api/token/teams`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,traceparent",
      },
    });

  it("lets a listed origin in, without credentials", async () => {
    const server = await startServer();
    const { status, headers } = await preflight(server, "https://app.example.com");
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(headers.get("access-control-allow-headers")).toContain("authorization");
    expect(headers.get("access-control-allow-headers")).toContain("traceparent");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
  });

  it("lets a listed origin read a refusal and its challenge", async () => {
    const server = await startServer();
    const { headers } = await fetch(`${server.url}/api/token/teams`, {
      headers: { origin: "https://app.example.com" },
    });
    expect(headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(headers.get("access-control-expose-headers")).toMatch(/www-authenticate/);
    expect(headers.get("vary")).toMatch(/origin/i);
  });

  const allowedHeaders = async (requested: string, settings = {}) => {
    const { app } = await startServer(settings);
    const answer = await app.inject({
      url: "/api/token/teams",
      method: "OPTIONS",
      headers: {
        origin: "https://app.example.com",
        "access-control-request-method": "POST",
        "access-control-request-headers": requested,
      },
    });
    const allowed = String(answer.headers["access-control-allow-headers"]).split(", ");
    return requested.split(",").filter((name) => allowed.includes(name.trim().toLowerCase()));
  };

  it("lets a listed origin send what tracing libraries add, and headers of its own", async () => {
    const headers = [
      "authorization",
      "request-id",
      "request-context",
      "tracestate",
      "baggage",
      "x-own",
      "X-Upper-Case",
    ];
    expect(await allowedHeaders(headers.join(","))).toEqual(headers);
  });

  it.each([
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "X-Forwarded-Proto", "via", "x-real-ip", "true-client-ip"],
    ["x-original-url", "x-rewrite-url", "x-http-method-override", "x-http-method", "x-method-override"],
    ["cookie", "proxy-authorization", "x-ms-client-principal-id", "x-ms-token-aad-access-token"],
    ["bad name", "a:b", ""],
  ])("lets no page send headers that speak for a proxy, a host or a browser: %s and others", async (...headers) => {
    expect(await allowedHeaders([...headers, "baggage"].join(","))).toEqual(["baggage"]);
  });

  it("lets a listed origin send the header of CALLER_TOKEN_HEADER, whatever its name", async () => {
    const settings = { CALLER_TOKEN_HEADER: "X-Original-Caller" };
    expect(await allowedHeaders("x-original-caller,x-original-url", settings)).toEqual(["x-original-caller"]);
  });

  it.each([
    "https://evil.example",
    "https://app.example.com.evil.example",
    "https://xapp.example.com",
    "http://app.example.com",
    "https://app.example.com:8443",
    "null",
  ])("keeps %s out", async (origin) => {
    const server = await startServer();
    const { headers } = await preflight(server, origin);
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("access-control-allow-headers")).toBe("");
    const direct = await fetch(`${server.url}/api/config`, { headers: { origin } });
    expect(direct.headers.get("access-control-allow-origin")).toBeNull();
    expect(direct.headers.get("vary")).toMatch(/origin/i);
  });
});

describe("GET /api/config", () => {
  it("tells the client what MSAL needs, with the emulator's metadata", async () => {
    const server = await startServer();
    const { body } = await answerOf(await fetch(`${server.url}/api/config`));
    const { origin } = server.emulator;
    const { host } = new URL(origin);
    const tenantId = server.emulator.tenant("northwharf").id;
    expect(body).toEqual({
      tenantId,
      clientId: server.emulator.registration("spa").appId,
      authority: `https://${host}/${tenantId}`,
      knownAuthorities: [host],
      authorityMetadata: await (await fetch(`${origin}/${tenantId}/v2.0/.well-known/openid-configuration`)).text(),
      apiScopes: [`api://${server.emulator.registration("api").appId}/access_as_user`],
      teamsScopes: [
        "https://auth.msft.communication.azure.com/Teams.ManageCalls",
        "https://auth.msft.communication.azure.com/Teams.ManageChats",
      ],
      callingService: { kind: "emulator", endpoint: origin },
      graphEndpoint: origin,
    });
  });
});

describe("GET /problems", () => {
  it("has a section for the type of each problem that was answered", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server, { user: "chen" });
    const { body } = await exchange(server, callerToken, teamsToken);
    const { type, title } = body as { type: string; title: string };
    const page = await (await fetch(new URL(type, server.url))).text();
    expect(page).toContain(`id="${type.split("#")[1]}"`);
    expect(page).toContain(title);
  });
});
