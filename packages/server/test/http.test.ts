// What holds for every route and every answer.
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { answerOf, exchange, issueBoth, startServer, type TestServer } from "./support/world.ts";

/** The only routes that answer without a token. `*` is the catch-all of CORS preflights. */
const publicRoutes = [
  "GET /livez",
  "GET /readyz",
  "GET /api/config",
  "GET /problems",
  "GET /openapi.json",
  "OPTIONS *",
];

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

  it("has no HEAD twin, which would spend quota for nothing", async () => {
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

  it("to what is not HTTP, or far too large, is a problem too", async () => {
    const server = await startServer();
    const send = (bytes: string) =>
      new Promise<string>((resolve, reject) => {
        let text = "";
        const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => socket.write(bytes));
        socket
          .on("data", (chunk) => (text += chunk))
          .on("end", () => resolve(text))
          .on("error", reject);
      });
    const nonsense = await send("hello\r\n\r\n");
    expect(nonsense).toMatch(/^HTTP\/1.1 400 [\s\S]*X-Request-Id: [\s\S]*"type":"\/problems#request-invalid"/);
    const large = await send(`GET /livez HTTP/1.1\r\nHost: x\r\nX-Large: ${"x".repeat(40_000)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1.1 431 [\s\S]*"type":"\/problems#headers-too-large"/);
  });

  it("has room for two tokens of 8 KB in the headers", async () => {
    const server = await startServer();
    const headers = { authorization: `Bearer ${"x".repeat(8192)}`, "teams-user-aad-token": "y".repeat(8192) };
    expect((await fetch(`${server.url}/api/token/teams`, { headers })).status).toBe(401);
  });
});

describe("CORS", () => {
  const preflight = (server: TestServer, origin: string) =>
    fetch(`${server.url}/api/token/teams`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
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

  it.each([
    "https://evil.example",
    "https://app.example.com.evil.example",
    "https://xapp.example.com",
    "http://app.example.com",
    "https://app.example.com:8443",
    "null",
  ])("keeps %s out", async (origin) => {
    const server = await startServer();
    expect((await preflight(server, origin)).headers.get("access-control-allow-origin")).toBeNull();
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
