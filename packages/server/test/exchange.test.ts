// The exchange as a client sees it: both ways in, every refusal before ACS is asked, and the rotation of its keys.
import { get as httpGet } from "node:http";
import { describe, expect, it } from "vitest";
import {
  answerOf,
  exchange,
  exchangesAsked,
  freshEmulator,
  issue,
  issueBoth,
  startServer,
  type TestServer,
} from "./support/world.ts";

describe("exchanges", () => {
  it("a Teams token in the body of POST, with 200", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const { status, headers, body } = await exchange(server, callerToken, teamsToken);
    expect(status).toBe(200);
    expect(body).toEqual({ token: expect.stringMatching(/^eyJ/), expiresOn: expect.stringMatching(/T.*Z$/) });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("etag")).toBeNull();
  });

  it("for a token that names the same user, tenant and expiry", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const { body } = await exchange(server, callerToken, teamsToken);
    const { token, expiresOn } = body as { token: string; expiresOn: string };
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const { oid, tenantId } = server.emulator.user("ada");
    expect(claims).toMatchObject({ skypeid: `orgid:${oid}`, tid: tenantId, exp: Date.parse(expiresOn) / 1000 });
  });

  it("a Teams token in the header of POST", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const response = await fetch(`${server.url}/api/token/teams`, {
      method: "POST",
      headers: { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken },
    });
    expect((await answerOf(response)).status).toBe(200);
  });

  it("the same Teams token in body and header", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const response = await fetch(`${server.url}/api/token/teams`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${callerToken}`,
        "teams-user-aad-token": teamsToken,
        "content-type": "application/json",
      },
      body: JSON.stringify({ teamsUserToken: teamsToken }),
    });
    expect((await answerOf(response)).status).toBe(200);
  });

  it("by GET with both headers, with 201, as the original sample's clients do", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const response = await fetch(`${server.url}/api/token/teams`, {
      headers: { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken },
    });
    const { status, body, headers } = await answerOf(response);
    expect(status).toBe(201);
    expect(Object.keys(body as object)).toEqual(["token", "expiresOn"]);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("v1 tokens of the caller too", async () => {
    const server = await startServer();
    const callerToken = await issue(server, "api", { version: 1 });
    expect((await exchange(server, callerToken, await issue(server, "teams"))).status).toBe(200);
  });

  it("sends the caller's object id and the client's own id to ACS", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server, { user: "bruno" });
    // The emulator, like ACS, answers 400 unless both ids are the token's; so this 200 is the assertion.
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });
});

describe("refuses without asking ACS", () => {
  const refusals: [string, Parameters<typeof issue>[2], number, string][] = [
    ["an expired Teams token", { expiresInSeconds: -10 }, 400, "teams-token-expired"],
    ["a Teams token that ends within ten minutes", { expiresInSeconds: 300 }, 400, "teams-token-expiring"],
    [
      "a Teams token for another audience",
      { claims: { aud: "https://graph.microsoft.com" } },
      400,
      "teams-token-wrong-audience",
    ],
    ["another user's Teams token", { user: "bruno" }, 403, "teams-token-other-user"],
    ["another tenant's Teams token", { user: "dana" }, 403, "teams-token-other-tenant"],
    ["another client's Teams token", { client: "desktop" }, 403, "teams-token-other-client"],
    ["a Teams token without a Teams scope", { claims: { scp: "Teams.ManageCalls" } }, 403, "teams-token-scope-missing"],
  ];
  it.each(refusals)("%s", async (_name, changes, status, problem) => {
    const server = await startServer();
    const answer = await exchange(server, await issue(server, "api"), await issue(server, "teams", changes));
    expect(answer).toMatchObject({ status, problem });
    expect(exchangesAsked(server)).toBe(0);
  });

  const bodies: [string, RequestInit, number, string][] = [
    ["no Teams token at all", {}, 400, "teams-token-missing"],
    ["an empty body object", { body: "{}" }, 400, "teams-token-missing"],
    ["an empty Teams token", { body: '{"teamsUserToken":""}' }, 400, "teams-token-missing"],
    ["a Teams token that is no token", { body: '{"teamsUserToken":"a b"}' }, 400, "teams-token-malformed"],
    ["a Teams token that is a number", { body: '{"teamsUserToken":5}' }, 400, "request-invalid"],
    ["a body that is a list", { body: "[]" }, 400, "request-invalid"],
    ["a member that the contract does not name", { body: '{"teamsUserToken":"x","user":"y"}' }, 400, "request-invalid"],
    ["broken JSON", { body: "{" }, 400, "request-invalid"],
    ["a poisoned prototype", { body: '{"__proto__":{"teamsUserToken":"x"}}' }, 400, "request-invalid"],
    [
      "a form",
      { body: "teamsUserToken=x", headers: { "content-type": "application/x-www-form-urlencoded" } },
      415,
      "media-type-unsupported",
    ],
    ["plain text", { body: "x", headers: { "content-type": "text/plain" } }, 415, "media-type-unsupported"],
    ["a body over 16 KB", { body: JSON.stringify({ teamsUserToken: "x".repeat(17_000) }) }, 413, "body-too-large"],
    [
      "a Teams token over 8 KB",
      { body: JSON.stringify({ teamsUserToken: "x".repeat(8_193) }) },
      400,
      "teams-token-malformed",
    ],
  ];
  it.each(bodies)("%s", async (_name, init, status, problem) => {
    const server = await startServer();
    const response = await fetch(`${server.url}/api/token/teams`, {
      ...init,
      method: "POST",
      headers: {
        authorization: `Bearer ${await issue(server, "api")}`,
        ...(init.body ? { "content-type": "application/json" } : {}),
        ...init.headers,
      },
    });
    expect(await answerOf(response)).toMatchObject({ status, problem });
    expect(exchangesAsked(server)).toBe(0);
  });

  it("two different Teams tokens in body and header", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const response = await fetch(`${server.url}/api/token/teams`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${callerToken}`,
        "content-type": "application/json",
        "teams-user-aad-token": await issue(server, "teams", { user: "bruno" }),
      },
      body: JSON.stringify({ teamsUserToken: teamsToken }),
    });
    expect(await answerOf(response)).toMatchObject({ status: 400, problem: "teams-tokens-differ" });
    expect(exchangesAsked(server)).toBe(0);
  });
});

describe("GET, which mints a secret,", () => {
  const get = async (server: TestServer, headers: Record<string, string>) => {
    const { callerToken, teamsToken } = await issueBoth(server);
    const both = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    return answerOf(await fetch(`${server.url}/api/token/teams`, { headers: { ...both, ...headers } }));
  };

  it.each(["navigate", "no-cors", "websocket", "nested-navigate"])("is refused for the fetch mode %s", async (mode) => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const headers = {
      authorization: `Bearer ${callerToken}`,
      "teams-user-aad-token": teamsToken,
      "sec-fetch-mode": mode,
    };
    const status = await new Promise((resolve) => {
      httpGet(`${server.url}/api/token/teams`, { headers }, (response) => resolve(response.resume().statusCode));
    });
    expect(status).toBe(403);
    expect(exchangesAsked(server)).toBe(0);
  });

  it("says that it is deprecated, and what comes after it", async () => {
    const { status, headers } = await get(await startServer(), {});
    expect(status).toBe(201);
    expect(headers.get("deprecation")).toMatch(/^@\d+$/);
    expect(headers.get("link")).toContain('rel="successor-version"');
  });
});

describe("with two access keys", () => {
  it("a rotation loses no request, and ACS is asked twice only once", async () => {
    const emulator = await freshEmulator();
    const secondary = emulator.regenerateAccessKey("secondary");
    const server = await startServer(
      { ACS_CONNECTION_STRING: emulator.acsConnectionString, ACS_CONNECTION_STRING_SECONDARY: secondary },
      {},
      emulator,
    );
    const callerToken = await issue(server, "api");
    const statuses: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      if (i === 3) server.emulator.regenerateAccessKey("primary");
      statuses.push((await exchange(server, callerToken, await issue(server, "teams"))).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
    expect(exchangesAsked(server)).toBe(7);
  });

  it("says server-misconfigured when both are refused", async () => {
    const { acsConnectionString } = await freshEmulator();
    const stale = (text: string) =>
      acsConnectionString.replace(/accesskey=.*/, `accesskey=${Buffer.from(text.repeat(8)).toString("base64")}`);
    const server = await startServer({
      ACS_CONNECTION_STRING: stale("one old key "),
      ACS_CONNECTION_STRING_SECONDARY: stale("two old keys "),
    });
    const { callerToken, teamsToken } = await issueBoth(server);
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({
      status: 500,
      problem: "server-misconfigured",
    });
  });
});
