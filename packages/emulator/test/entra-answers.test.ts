// Tests answers of Entra that unmodified clients and recordings showed to differ: spelling, codes, claims and headers.
import { createHash, createPrivateKey, createSign, X509Certificate } from "node:crypto";
import { ConfidentialClientApplication, PublicClientApplication } from "@azure/msal-node";
import { decodeJwt } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { Browser } from "./browserless-sign-in.ts";

let emulator: Emulator;
let tenant: string;
beforeAll(async () => {
  emulator = await startEmulator();
  tenant = `${emulator.origin}/${emulator.tenant("northwharf").id}`;
});
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

type Json = Record<string, unknown>;

const teams = "https://auth.msft.communication.azure.com";
const ada = { username: "ada@northwharf.example", password: "ada-emulator-only" };

interface Request {
  at?: string;
  headers?: Record<string, string>;
}

async function token(form: Record<string, string>, { at = tenant, headers = {} }: Request = {}) {
  const body = new URLSearchParams({ client_id: emulator.registration("desktop").appId, ...form });
  const response = await fetch(`${at}/oauth2/v2.0/token`, { method: "POST", headers, body });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

const password = (scope: string, request?: Request) => token({ grant_type: "password", scope, ...ada }, request);

const get = async (url: string) => (await (await fetch(url)).json()) as Json;

function authorizeUrl(query: Record<string, string>, at = tenant): string {
  const url = new URL(`${at}/oauth2/v2.0/authorize`);
  const challenge = createHash("sha256").update("v".repeat(43)).digest("base64url");
  url.search = new URLSearchParams({
    client_id: emulator.registration("desktop").appId,
    response_type: "code",
    redirect_uri: "http://localhost:7777",
    scope: `openid ${teams}/Teams.ManageCalls`,
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...query,
  }).toString();
  return url.href;
}

const landing = (query: Record<string, string>, at?: string) =>
  new Browser().signIn(authorizeUrl(query, at), { upn: ada.username });

describe("scopes", () => {
  it("of OpenID mean nothing to an application without a user; MSAL for Java sends them all the same", async () => {
    const { appId: client_id, secrets = [] } = emulator.registration("web");
    const form = { grant_type: "client_credentials", client_id, client_secret: secrets[0] ?? "" };
    const scope = `${teams}/.default openid profile offline_access`;
    expect(await token({ ...form, scope })).toMatchObject({ status: 200, body: { access_token: expect.any(String) } });
    for (const other of ["openid", `${teams}/.default user.read`]) {
      expect((await token({ ...form, scope: other })).body["error_codes"]).toEqual([1002012]);
    }
  });

  it.each([
    ["user.read", "https://graph.microsoft.com/User.Read"],
    ["HTTPS://GRAPH.MICROSOFT.COM/USER.READ", "https://graph.microsoft.com/User.Read"],
    [`${teams.toUpperCase()}/teams.managecalls`, `${teams}/Teams.ManageCalls ${teams}/Teams.ManageChats`],
  ])("compare without case: %s is answered in the registered spelling", async (scope, answered) => {
    const { body } = await password(scope);
    expect(body["scope"]).toBe(answered);
    expect(decodeJwt(String(body["access_token"])).aud).toBe(
      answered.slice(0, answered.lastIndexOf("/")).split("/").slice(0, 3).join("/"),
    );
  });

  it("and clients, tenants and users compare without case too", async () => {
    const client_id = emulator.registration("desktop").appId.toUpperCase();
    const username = ada.username.toUpperCase();
    for (const name of ["NORTHWHARF.example", emulator.tenant("northwharf").id.toUpperCase()]) {
      const form = { grant_type: "password", ...ada, username, client_id, scope: `${teams}/.default` };
      const { status, body } = await token(form, { at: `${emulator.origin}/${name}` });
      expect(status).toBe(200);
      expect(decodeJwt(String(body["access_token"]))).toMatchObject({
        appid: emulator.registration("desktop").appId,
        upn: ada.username,
        iss: `${tenant}/`,
      });
    }
    const api = emulator.registration("api").appId;
    const { body } = await password(`${api.toUpperCase()}/Access_As_User`);
    expect(decodeJwt(String(body["access_token"]))).toMatchObject({ aud: api, scp: "access_as_user" });
  });

  it("for .default are answered with .default at the end, so that MSAL finds the token in its cache", async () => {
    const scopes = [`${teams}/.default`];
    expect((await password(String(scopes))).body["scope"]).toMatch(
      / https:\/\/auth\.msft\.communication\.azure\.com\/\.default$/,
    );
    const metadata = await (await fetch(`${tenant}/v2.0/.well-known/openid-configuration`)).text();
    const { host } = new URL(emulator.origin);
    const auth = {
      clientId: emulator.registration("desktop").appId,
      authority: `https://${host}/${tenant.split("/").at(-1)}`,
    };
    const app = new PublicClientApplication({
      auth: { ...auth, knownAuthorities: [host], authorityMetadata: metadata },
    });
    const first = await app.acquireTokenByUsernamePassword({ scopes, ...ada });
    if (!first?.account) throw new Error("no account");
    const before = emulator.requestCount("token");
    const silent = await app.acquireTokenSilent({ account: first.account, scopes });
    expect(silent.fromCache).toBe(true);
    expect(emulator.requestCount("token")).toBe(before);
  });

  it("of Graph that Microsoft documents may be consented to; others get AADSTS650053", async () => {
    const consented = await landing({ scope: "openid Mail.Read Calendars.ReadWrite" });
    expect(consented.searchParams.get("code")).toBeTruthy();
    const { body } = await password("mail.read");
    expect(decodeJwt(String(body["access_token"]))["scp"]).toContain("Mail.Read");
    const headers = { authorization: `Bearer ${body["access_token"]}` };
    const call = await fetch(`${emulator.origin}/v1.0/me/messages`, { headers });
    expect([call.status, call.headers.get("x-emulator-invented")]).toEqual([404, "true"]);
    expect((await landing({ scope: "Mail.Reed" })).searchParams.get("error_description")).toContain("AADSTS650053");
    const forAdmins = await landing({ scope: "Mail.Read Directory.Read.All" });
    expect(forAdmins.searchParams.get("error")).toBe("access_denied");
  });

  it("the email scope adds the email claim to the ID token", async () => {
    const claimsFor = async (scope: string) => decodeJwt(String((await password(scope)).body["id_token"]));
    expect((await claimsFor("openid email"))["email"]).toBe(ada.username);
    expect(await claimsFor("openid")).not.toHaveProperty("email");
  });
});

describe("codes", () => {
  const secret = () => ({ client_id: emulator.registration("web").appId, client_secret: "web-secret-emulator-only" });
  const grants: [string, () => Promise<Record<string, string>>][] = [
    ["client_credentials", async () => ({ ...secret(), scope: `${teams}/.default` })],
    ["password", async () => ({ ...ada, scope: `${teams}/.default` })],
    [
      "urn:ietf:params:oauth:grant-type:jwt-bearer",
      async () => ({
        client_id: emulator.registration("api").appId,
        client_secret: "api-secret-emulator-only",
        requested_token_use: "on_behalf_of",
        assertion: await emulator.issueToken({ resource: "api", user: "ada" }),
        scope: "https://graph.microsoft.com/User.Read",
      }),
    ],
  ];
  it.each(grants)("%s from a page gets AADSTS9002326 and no token", async (grant_type, form) => {
    for (const origin of ["http://localhost:3000", "null"]) {
      const { status, body, headers } = await token({ grant_type, ...(await form()) }, { headers: { origin } });
      expect([status, body["error_codes"]]).toEqual([400, [9002326]]);
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(body).not.toHaveProperty("access_token");
    }
  });

  it.each([`${teams}/.default ${teams}/Teams.ManageCalls`, `${teams}/.default User.Read`])(
    "a mixed .default (%s) gets AADSTS70011",
    async (scope) => {
      const { body } = await password(scope);
      expect(body).toMatchObject({ error: "invalid_scope", error_codes: [70011] });
      expect((await landing({ scope })).searchParams.get("error_description")).toContain("AADSTS70011");
    },
  );

  it("another redirect URI at redemption gets AADSTS500112 with both addresses", async () => {
    const code = (await landing({})).searchParams.get("code") ?? "";
    const form = { grant_type: "authorization_code", code, code_verifier: "v".repeat(43) };
    const { body } = await token({ ...form, redirect_uri: "http://localhost:7777/other" });
    expect(body).toMatchObject({
      error: "invalid_client",
      error_codes: [500112],
      error_description: expect.stringContaining(
        "The reply address 'http://localhost:7777/other' does not match the reply address 'http://localhost:7777'",
      ),
    });
  });

  it("a code at another tenant gets AADSTS700005", async () => {
    const client_id = emulator.registration("multi").appId;
    const code = (await landing({ client_id })).searchParams.get("code") ?? "";
    const form = { grant_type: "authorization_code", code, code_verifier: "v".repeat(43) };
    const at = `${emulator.origin}/larkhill.example`;
    const { body } = await token({ ...form, client_id, redirect_uri: "http://localhost:7777" }, { at });
    expect(body).toMatchObject({ error: "invalid_grant", error_codes: [700005] });
  });

  it.each(["token", "devicecode"])("GET on /%s gets AADSTS900561", async (endpoint) => {
    const body = await get(`${tenant}/oauth2/v2.0/${endpoint}`);
    expect(body).toMatchObject({ error: "invalid_request", error_codes: [900561] });
    expect(body["error_description"]).toContain("The endpoint only accepts POST requests. Received a GET request.");
  });

  it("a password at /common gets AADSTS9001023, and at /organizations a token", async () => {
    const client_id = emulator.registration("multi").appId;
    const form = { grant_type: "password", scope: "openid User.Read", ...ada, client_id };
    await landing({ client_id, scope: "User.Read" });
    const { body } = await token(form, { at: `${emulator.origin}/common` });
    expect(body["error_codes"]).toEqual([9001023]);
    expect((await token(form, { at: `${emulator.origin}/organizations` })).status).toBe(200);
  });

  it("an unknown prompt gets AADSTS90023, a resource parameter AADSTS901002", async () => {
    expect((await landing({ prompt: "please" })).searchParams.get("error_description")).toContain("AADSTS90023");
    expect((await landing({ resource: teams })).searchParams.get("error_description")).toContain("AADSTS901002");
    const { body } = await token({ grant_type: "password", resource: teams, ...ada, scope: "openid" });
    expect(body["error_codes"]).toEqual([901002]);
  });

  it("errors of requests for an ID token are in the fragment", async () => {
    const { hash, search } = await landing({ response_type: "id_token", nonce: "n" });
    expect([new URLSearchParams(hash.slice(1)).get("error_description")?.slice(0, 13), search]).toEqual([
      "AADSTS700054:",
      "",
    ]);
    const asked = await landing({ response_type: "code id_token", response_mode: "query" });
    expect(asked.hash).toContain("AADSTS70007");
  });

  it("at the tenant of personal accounts are AADSTS9002332 for every client, after a valid discovery", async () => {
    const personal = "9188040d-6c67-4c5b-b112-36a304b66dad";
    for (const name of ["consumers", personal, personal.toUpperCase()]) {
      const at = `${emulator.origin}/${name}`;
      const { status, body } = await password("openid", { at });
      expect([status, body["error"], body["error_codes"]]).toEqual([400, "invalid_request", [9002332]]);
      expect(body["error_description"]).toContain(
        "(Desktop Test Tool) is configured for use by Azure Active Directory",
      );
      const page = await fetch(authorizeUrl({}, at));
      expect([page.status, await page.text()]).toEqual([400, expect.stringContaining("AADSTS9002332")]);
      const { issuer, jwks_uri } = await get(`${at}/v2.0/.well-known/openid-configuration`);
      expect(issuer).toBe(`${emulator.origin}/${personal}/v2.0`);
      expect(await get(String(jwks_uri))).toHaveProperty("keys");
    }
    const unknown = await token(
      { client_id: personal, grant_type: "password" },
      { at: `${emulator.origin}/consumers` },
    );
    expect(unknown.body["error_codes"]).toEqual([700016]);
  });

  it("at the v1 endpoints are AADSTS500201, at the client's address or as JSON", async () => {
    const page = new URL(authorizeUrl({ resource: teams, state: "s" }));
    page.pathname = page.pathname.replace("/v2.0", "");
    const { status, headers } = await fetch(page, { redirect: "manual" });
    expect(status).toBe(302);
    const { searchParams } = new URL(headers.get("location") ?? "");
    expect(Object.fromEntries(searchParams)).toMatchObject({ error: "access_denied", state: "s" });
    expect(searchParams.get("error_description")).toContain("AADSTS500201");
    page.searchParams.set("redirect_uri", "http://localhost:1/elsewhere");
    expect((await fetch(page, { redirect: "manual" })).status).toBe(400);
    const form = { grant_type: "password", ...ada, resource: teams, client_id: emulator.registration("desktop").appId };
    const refused = await fetch(`${tenant}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ error_codes: [500201] })]);
    expect((await get(`${tenant}/oauth2/token`))["error_codes"]).toEqual([900561]);
  });

  it("lead to a page by error_uri, and have request ids in headers", async () => {
    const headers = { "client-request-id": "11111111-2222-4333-8444-555555555555" };
    const { body, headers: answered } = await password(`${teams}/Teams.Nothing`, { headers });
    expect(answered.get("x-ms-request-id")).toBe(body["trace_id"]);
    expect(answered.get("client-request-id")).toBe(headers["client-request-id"]);
    const page = await fetch(String(body["error_uri"]));
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain("AADSTS650053");
    expect((await fetch(`${tenant}/discovery/v2.0/keys`)).headers.get("x-ms-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("tokens", () => {
  it("have the same sid for one sign-in, and rh and aio", async () => {
    const { body } = await password(`openid ${teams}/.default`);
    const claims = ["access_token", "id_token"].map((name) => decodeJwt(String(body[name])));
    for (const set of claims) {
      expect(set).toMatchObject({
        sid: claims[0]?.["sid"],
        rh: expect.stringMatching(/^1\./),
        aio: expect.any(String),
      });
    }
    expect(claims[0]?.["sid"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("of an application have the object id of its service principal, as Graph shows it", async () => {
    const { appId } = emulator.registration("web");
    const form = { grant_type: "client_credentials", client_id: appId, client_secret: "web-secret-emulator-only" };
    const { body } = await token({ ...form, scope: "https://graph.microsoft.com/.default" });
    const claims = decodeJwt(String(body["access_token"]));
    const headers = { authorization: `Bearer ${body["access_token"]}` };
    const response = await fetch(`${emulator.origin}/v1.0/servicePrincipals?$filter=appId eq '${appId}'`, { headers });
    const { value } = (await response.json()) as { value: { id: string }[] };
    expect([claims["oid"], claims.sub]).toEqual([value[0]?.id, value[0]?.id]);
    expect(claims["oid"]).not.toBe(appId);
    expect(claims).not.toHaveProperty("sid");
  });
});

describe("metadata", () => {
  it("has the members of Entra's discovery document, and no code challenge methods", async () => {
    const metadata = await get(`${tenant}/v2.0/.well-known/openid-configuration`);
    expect(metadata).not.toHaveProperty("code_challenge_methods_supported");
    for (const name of ["cloud_graph_host_name", "kerberos_endpoint", "rbac_url", "msgraph_host"]) {
      expect(metadata[name]).toEqual(expect.any(String));
    }
  });

  it("has a certificate for each key, whose thumbprint is the key id", async () => {
    const { keys } = (await get(`${tenant}/discovery/v2.0/keys`)) as {
      keys: { kid: string; x5t: string; x5c: string[]; n: string }[];
    };
    for (const { kid, x5t, x5c, n } of keys) {
      const bytes = Buffer.from(x5c[0] ?? "", "base64");
      expect(createHash("sha1").update(bytes).digest("base64url")).toBe(x5t);
      expect(kid).toBe(x5t);
      expect(new X509Certificate(bytes).publicKey.export({ format: "jwk" }).n).toBe(n);
    }
  });

  it.each(["userrealm", "UserRealm"])("%s says that Entra has the password", async (name) => {
    expect(await get(`${emulator.origin}/common/${name}/${ada.username}?api-version=1.0`)).toMatchObject({
      account_type: "Managed",
      domain_name: "northwharf.example",
    });
    expect(await get(`${emulator.origin}/common/${name}/x@nowhere.example`)).toMatchObject({ account_type: "Unknown" });
  });
});

describe("userinfo", () => {
  it("by GET and POST has the subject of the ID token, as openid-client checks", async () => {
    const { None, allowInsecureRequests } = client;
    const { appId } = emulator.registration("desktop");
    const execute = [allowInsecureRequests];
    const config = await client.discovery(new URL(`${tenant}/v2.0`), appId, undefined, None(), { execute });
    const { body } = await password("openid profile email");
    const { sub = "" } = decodeJwt(String(body["id_token"]));
    const accessToken = String(body["access_token"]);
    const claims = {
      sub,
      name: "Ada Ferrante",
      family_name: "Ferrante",
      given_name: "Ada",
      picture: `${emulator.origin}/v1.0/me/photo/$value`,
      email: ada.username,
    };
    expect(await client.fetchUserInfo(config, accessToken, sub)).toEqual(claims);
    const url = new URL(`${emulator.origin}/oidc/userinfo`);
    const posted = await client.fetchProtectedResource(config, accessToken, url, "POST");
    expect(await posted.json()).toEqual(claims);
  });

  it.each(["/v1.0/me", "/oidc/userinfo", "/v1.0/applications"])(
    "%s may be called by pages of any origin",
    async (path) => {
      const headers = { origin: "http://localhost:3000", "access-control-request-headers": "authorization,sdkversion" };
      const preflight = await fetch(emulator.origin + path, { method: "OPTIONS", headers });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
      expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization,sdkversion");
      expect(preflight.headers.get("access-control-allow-methods")).toContain(path === "/v1.0/me" ? "GET" : "POST");
      const refused = await fetch(emulator.origin + path, { headers: { origin: "http://localhost:3000" } });
      expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, "*"]);
    },
  );
});

describe("a certificate's thumbprint", () => {
  type Encoding = (bytes: Buffer) => string;
  const encodings: [string, Encoding][] = [
    [
      "base64url with padding, as MSAL for Python sends it",
      (bytes) => `${bytes.toString("base64url")}${"=".repeat((4 - (bytes.toString("base64url").length % 4)) % 4)}`,
    ],
    ["plain base64, as MSAL for Java sends it", (bytes) => bytes.toString("base64")],
    ["base64url", (bytes) => bytes.toString("base64url")],
  ];
  it.each(encodings)("may be %s, in x5t and x5t#S256", async (_name, encode) => {
    const { appId } = emulator.registration("web");
    const { certificate, privateKey } = await emulator.addCertificate("web");
    const { raw } = new X509Certificate(certificate);
    for (const [name, algorithm] of [
      ["x5t", "sha1"],
      ["x5t#S256", "sha256"],
    ] as const) {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const header = part({ alg: "RS256", typ: "JWT", [name]: encode(createHash(algorithm).update(raw).digest()) });
      const exp = Math.floor(Date.now() / 1000) + 300;
      const input = `${header}.${part({ iss: appId, sub: appId, aud: `${tenant}/oauth2/v2.0/token`, exp })}`;
      const signature = createSign("sha256").update(input).sign(createPrivateKey(privateKey), "base64url");
      const { status } = await token({
        grant_type: "client_credentials",
        client_id: appId,
        scope: `${teams}/.default`,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: `${input}.${signature}`,
      });
      expect(status).toBe(200);
    }
  });
});

it("msal-node takes an application's token from its cache the second time", async () => {
  const { appId: clientId, secrets: [clientSecret = ""] = [] } = emulator.registration("web");
  const { host } = new URL(emulator.origin);
  const authorityMetadata = await (await fetch(`${tenant}/v2.0/.well-known/openid-configuration`)).text();
  const authority = `https://${host}/${tenant.split("/").at(-1)}`;
  const auth = { clientId, clientSecret, authority, knownAuthorities: [host], authorityMetadata };
  const app = new ConfidentialClientApplication({ auth });
  const scopes = [`${teams.toUpperCase()}/.DEFAULT`];
  expect((await app.acquireTokenByClientCredential({ scopes }))?.fromCache).toBe(false);
  expect((await app.acquireTokenByClientCredential({ scopes }))?.fromCache).toBe(true);
});
