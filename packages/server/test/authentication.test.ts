// Authentication over HTTP: the caller token, from the header to the answer.
import { randomUUID } from "node:crypto";
import { startEmulator } from "@teams-token-exchange/emulator";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  answerOf,
  exchange,
  exchangeBytes,
  exchangesAsked,
  issue,
  issueBoth,
  startServer,
  type TestServer,
} from "./support/world.ts";

const call = async (
  server: TestServer,
  headers: Record<string, string> | [string, string][],
  path = "/api/token/teams",
) => answerOf(await fetch(`${server.url}${path}`, { headers }));

describe("asks for a token", () => {
  it.each([
    ["without an Authorization header", {}],
    ["with another scheme", { authorization: "Basic YTpi" }],
    ["with only the scheme", { authorization: "Bearer" }],
    ["with two words behind the scheme", { authorization: "Bearer a b" }],
  ])("%s: a bare challenge", async (_name, headers) => {
    const server = await startServer();
    const answer = await call(server, headers as Record<string, string>);
    expect(answer).toMatchObject({ status: 401, problem: "caller-token-missing" });
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  it("once: a token in the address as well is refused", async () => {
    const server = await startServer();
    const authorization = `Bearer ${await issue(server, "api")}`;
    const answer = await call(server, { authorization }, "/api/token/teams?access_token=x");
    expect(answer).toMatchObject({ status: 400, problem: "caller-token-ambiguous" });
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_request"');
  });

  it("once: two Authorization headers are refused", async () => {
    const server = await startServer();
    const authorization = `Bearer ${await issue(server, "api")}`;
    const answer = await call(server, [
      ["authorization", authorization],
      ["authorization", authorization],
    ]);
    // fetch joins equal headers with a comma, which no token holds.
    expect(answer).toMatchObject({ status: 401, problem: "caller-token-missing" });
    const { request } = await import("node:http");
    const status = await new Promise((resolve) =>
      request(
        `${server.url}/api/token/teams`,
        { headers: { authorization: [authorization, authorization] as never } },
        (response) => resolve(response.resume().statusCode),
      ).end(),
    );
    expect(status).toBe(400);
  });
});

describe("refuses with one and the same 401", () => {
  const changes: [string, Parameters<typeof issue>[2]][] = [
    ["an expired token", { expiresInSeconds: -120 }],
    ["a token for another API", { claims: { aud: "https://graph.microsoft.com" } }],
    ["a token of another tenant", { user: "dana" }],
    ["a token of another issuer", { claims: { iss: "https://login.microsoftonline.com/x/v2.0" } }],
    ["a token without an expiry", { claims: { exp: undefined } }],
    ["a token without a user", { claims: { oid: undefined } }],
    ["a token that starts tomorrow", { claims: { nbf: Math.floor(Date.now() / 1000) + 86_400 } }],
    ["a token of an unknown key", { signWith: "unknown" }],
  ];
  it.each(changes)("%s", async (_name, change) => {
    const server = await startServer();
    const answer = await exchange(server, await issue(server, "api", change), await issue(server, "teams"));
    expect(answer).toMatchObject({ status: 401, problem: "caller-token-invalid" });
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    expect(exchangesAsked(server)).toBe(0);
  });

  const forgeries: [string, (token: string) => string | Promise<string>][] = [
    ["no JWT", () => "x"],
    ["an empty JWT", () => ".."],
    ["a changed payload", (token) => token.replace(/\.[^.]+\./, `.${Buffer.from("{}").toString("base64url")}.`)],
    ["a cut signature", (token) => token.slice(0, -8)],
    ["no signature", (token) => token.replace(/[^.]+$/, "")],
    ["alg none", (token) => new UnsecuredJWT(claimsOf(token)).encode()],
    ["HS256 signed with the public key's text", async (token) => hmacOf(token)],
    ["a crit header that nobody knows", async (token) => signOwn(token, { crit: ["exp"], exp: 1 })],
    ["b64 false", async (token) => signOwn(token, { crit: ["b64"], b64: false })],
    ["the right kid with a foreign key", async (token) => signOwn(token, { kid: headerOf(token)["kid"] })],
    ["no kid", async (token) => signOwn(token, {})],
    [
      "another algorithm of the same key type",
      async (token) => signOwn(token, { kid: headerOf(token)["kid"] }, "PS256"),
    ],
  ];
  it.each(forgeries)("%s", async (_name, forge) => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const answer = await exchange(server, await forge(callerToken), teamsToken);
    expect(answer).toMatchObject({ status: 401, problem: "caller-token-invalid" });
    expect(exchangesAsked(server)).toBe(0);
  });

  it("keys that the token itself brings: nothing is fetched, nothing believed", async () => {
    const elsewhere = await startEmulator();
    onTestFinished(() => elsewhere.close());
    const address = elsewhere.origin;
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const jwk = await exportJWK(publicKey);
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    for (const own of [{ jku: address }, { x5u: address }, { jwk }]) {
      const forged = await new SignJWT(claimsOf(callerToken))
        .setProtectedHeader({ alg: "RS256", kid: String(headerOf(callerToken)["kid"]), ...own })
        .sign(privateKey);
      expect(await exchange(server, forged, teamsToken)).toMatchObject({
        status: 401,
        problem: "caller-token-invalid",
      });
    }
    expect(elsewhere.connections.http.accepted).toBe(0);
  });
});

describe("refuses with 403", () => {
  it("a token without the scope, with the scope in the challenge", async () => {
    const server = await startServer();
    const callerToken = await issue(server, "api", { claims: { scp: "profile" } });
    const answer = await exchange(server, callerToken, await issue(server, "teams"));
    expect(answer).toMatchObject({ status: 403, problem: "scope-missing" });
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="insufficient_scope", scope="access_as_user"');
  });

  it("an app-only token", async () => {
    const server = await startServer();
    const callerToken = await issue(server, "api", { claims: { idtyp: "app" } });
    expect(await exchange(server, callerToken, await issue(server, "teams"))).toMatchObject({
      status: 403,
      problem: "scope-missing",
    });
  });

  it("a client that is not listed", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server, { client: "desktop" });
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({
      status: 403,
      problem: "client-not-allowed",
    });
    expect(exchangesAsked(server)).toBe(0);
  });
});

describe("behind a gateway that replaces Authorization", () => {
  const settings = { CALLER_TOKEN_HEADER: "X-Caller-Authorization" };

  it("the caller token comes in the header of CALLER_TOKEN_HEADER, and the gateway's token does not count", async () => {
    const server = await startServer(settings);
    const { callerToken, teamsToken } = await issueBoth(server);
    const theGateways = await issue(server, "api", { user: "bruno" });
    const own = { "x-caller-authorization": `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    expect((await call(server, own)).status).toBe(201);
    // The Teams token is ada's, so bruno as the caller would be refused.
    expect((await call(server, { ...own, authorization: `Bearer ${theGateways}` })).status).toBe(201);
    expect(
      await call(server, { ...own, "x-caller-authorization": "x", authorization: `Bearer ${callerToken}` }),
    ).toMatchObject({ status: 401, problem: "caller-token-missing" });
  });

  it("Authorization counts where the header is not sent, and the header is sent once", async () => {
    const server = await startServer(settings);
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    const header = `x-caller-authorization: Bearer ${callerToken}\r\n`;
    const twice = `GET /api/token/teams HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}${header}\r\n`;
    expect(await exchangeBytes(server, twice)).toContain("caller-token-ambiguous");
  });

  it("no other header counts without the setting", async () => {
    const server = await startServer();
    const answer = await call(server, { "x-caller-authorization": `Bearer ${await issue(server, "api")}` });
    expect(answer).toMatchObject({ status: 401, problem: "caller-token-missing" });
  });
});

describe("a large token", () => {
  // Entra puts up to 200 groups into a token; beyond that, a link to them.
  it.each([157, 200])("with %i groups is accepted, with both tokens in the headers too", async (count) => {
    const server = await startServer();
    const groups = Array.from({ length: count }, () => randomUUID());
    const { callerToken, teamsToken } = await issueBoth(server);
    const large = await issue(server, "api", { claims: { groups } });
    expect(large.length - callerToken.length).toBeGreaterThan(count * 50);
    expect((await exchange(server, large, teamsToken)).status).toBe(200);
    const headers = { authorization: `Bearer ${large}`, "teams-user-aad-token": teamsToken };
    expect((await call(server, headers)).status).toBe(201);
  });

  it("a token over 16 KB is refused with the claim that makes it large, and a new one would not help", async () => {
    const server = await startServer();
    const callerToken = await issue(server, "api", {
      claims: { groups: Array.from({ length: 300 }, () => randomUUID()) },
    });
    const answer = await exchange(server, callerToken, await issue(server, "teams"));
    expect(answer).toMatchObject({ status: 431, problem: "headers-too-large" });
    expect((answer.body as { detail: string }).detail).toContain("`groups`");
  });
});

const part = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString()) as Record<string, unknown>;
const headerOf = (token: string) => part(token, 0);
const claimsOf = (token: string) => part(token, 1);

/** The claims of a genuine token, signed with a key of the attacker. */
async function signOwn(token: string, header: Record<string, unknown>, alg = "RS256"): Promise<string> {
  const { privateKey } = await generateKeyPair(alg);
  const signed = await new SignJWT(claimsOf(token)).setProtectedHeader({ alg }).sign(privateKey);
  const forgedHeader = Buffer.from(JSON.stringify({ alg, ...header })).toString("base64url");
  return [forgedHeader, ...signed.split(".").slice(1)].join(".");
}

/** Algorithm confusion: the public key's text as the secret of an HMAC. */
async function hmacOf(token: string): Promise<string> {
  return new SignJWT(claimsOf(token))
    .setProtectedHeader({ alg: "HS256", kid: String(headerOf(token)["kid"]) })
    .sign(new TextEncoder().encode(JSON.stringify(headerOf(token)).padEnd(64)));
}

describe("asks for a further step", () => {
  const settings = { REQUIRED_AUTH_CONTEXTS: "c1" };

  it("with 401 and the claims in the form that MSAL reads, if the client understands them", async () => {
    const server = await startServer(settings);
    const callerToken = await issue(server, "api", { claims: { xms_cc: ["cp1"] } });
    const answer = await exchange(server, callerToken, await issue(server, "teams"));
    expect(answer).toMatchObject({ status: 401, problem: "insufficient-claims" });
    const challenge = answer.headers.get("www-authenticate") ?? "";
    const [, claims = ""] = /error="insufficient_claims", claims="([^"]+)"/.exec(challenge) ?? [];
    expect(JSON.parse(Buffer.from(claims, "base64").toString())).toEqual({
      access_token: { acrs: { essential: true, value: "c1" } },
    });
    expect(challenge).toContain(`authorization_uri="${server.emulator.origin}/`);
    expect(exchangesAsked(server)).toBe(0);
  });

  it("which a page of another origin may read", async () => {
    const server = await startServer(settings);
    const authorization = `Bearer ${await issue(server, "api", { claims: { xms_cc: ["cp1"] } })}`;
    const answer = await call(server, { authorization, origin: "https://app.example.com" });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("access-control-expose-headers")).toContain("www-authenticate");
  });

  it("with 403 if it does not: it would retry in a loop", async () => {
    const server = await startServer(settings);
    const callerToken = await issue(server, "api", { claims: { xms_cc: undefined } });
    const answer = await exchange(server, callerToken, await issue(server, "teams"));
    expect(answer).toMatchObject({ status: 403, problem: "claims-challenge-not-understood" });
  });

  it("and no more once the context is there", async () => {
    const server = await startServer(settings);
    const callerToken = await issue(server, "api", { claims: { acrs: ["c1"] } });
    expect((await exchange(server, callerToken, await issue(server, "teams"))).status).toBe(200);
  });
});
