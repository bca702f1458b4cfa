// Tests common sign-in failures: with openid-client if the client gets the error, otherwise on the page.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { Browser, type Person } from "./browserless-sign-in.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

interface Attempt {
  tenant?: string;
  app?: string;
  user?: string;
  scope?: string;
  query?: Record<string, string>;
  person?: Partial<Person>;
  browser?: Browser;
}

const teamsScope = "https://auth.msft.communication.azure.com/Teams.ManageCalls";

/** Signs in with the desktop client or another one. @returns the address at which the sign-in ends */
async function attempt({
  tenant,
  app = "desktop",
  user = "ada",
  scope,
  query,
  person,
  browser = new Browser(),
}: Attempt = {}) {
  const url = new URL(`${emulator.origin}/${tenant ?? emulator.tenant("northwharf").id}/oauth2/v2.0/authorize`);
  url.search = new URLSearchParams({
    client_id: emulator.registration(app).appId,
    response_type: "code",
    redirect_uri: "http://localhost:7777",
    scope: scope ?? `openid ${teamsScope}`,
    code_challenge: await client.calculatePKCECodeChallenge("v".repeat(43)),
    code_challenge_method: "S256",
    ...query,
  }).toString();
  return { browser, landing: await browser.signIn(url.href, { upn: emulator.user(user).upn, ...person }) };
}

async function redeem(landing: URL, form: Record<string, string> = {}) {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: emulator.registration("desktop").appId,
    code: landing.searchParams.get("code") ?? "",
    redirect_uri: "http://localhost:7777",
    code_verifier: "v".repeat(43),
    ...form,
  });
  const response = await fetch(
    `${emulator.origin}/common/oauth2/v2.0/token`.replace("common", emulator.tenant("northwharf").id),
    { method: "POST", body },
  );
  return (await response.json()) as Record<string, unknown>;
}

const refusal = (landing: URL) => [
  landing.searchParams.get("error"),
  landing.searchParams.get("error_description")?.slice(0, 14),
];

describe("users and clients", () => {
  it("a user of another tenant gets AADSTS50020 on the page", async () => {
    await expect(attempt({ user: "dana" })).rejects.toThrow("the sign-in does not end");
    expect(emulator.requests.some(({ reason }) => reason?.startsWith("AADSTS50020"))).toBe(true);
  });

  it("on common, AADSTS50194 refuses a single-tenant application but not a multi-tenant one", async () => {
    await expect(attempt({ tenant: "common" })).rejects.toThrow("AADSTS50194");
    const { landing } = await attempt({ tenant: "organizations", app: "multi", user: "dana" });
    expect(landing.searchParams.get("code")).toBeTruthy();
  });

  it("an unknown application gets AADSTS700016, an unknown tenant AADSTS90002", async () => {
    await expect(attempt({ query: { client_id: "11111111-2222-4333-8444-555555555555" } })).rejects.toThrow(
      "AADSTS700016",
    );
    await expect(attempt({ tenant: "nowhere.example" })).rejects.toThrow("AADSTS90002");
  });

  it("a user who is not assigned gets AADSTS50105", async () => {
    Object.assign(emulator.registration("desktop"), { assignedUsers: [emulator.user("bruno").oid] });
    expect(refusal((await attempt()).landing)).toEqual(["interaction_required", "AADSTS50105: Y".slice(0, 14)]);
  });
});

describe("requested scopes", () => {
  it.each([
    ["an unknown resource", "api://nowhere/x", "AADSTS500011"],
    ["an unknown permission", "https://auth.msft.communication.azure.com/Teams.Nothing", "AADSTS650053"],
  ])("%s gets %s", async (_name, scope, code) => {
    expect((await attempt({ scope })).landing.searchParams.get("error_description")).toContain(code);
  });

  it("a tenant without the service principal gets AADSTS650052", async () => {
    Object.assign(emulator.tenant("northwharf"), { missingServicePrincipals: [emulator.registration("teams").appId] });
    expect((await attempt()).landing.searchParams.get("error_description")).toContain("AADSTS650052");
  });

  it("a permission that needs an administrator gets AADSTS90094 for other users", async () => {
    const scope = "https://graph.microsoft.com/Application.ReadWrite.All";
    expect(refusal((await attempt({ scope })).landing)[0]).toBe("access_denied");
    expect((await attempt({ scope, user: "erin" })).landing.searchParams.get("code")).toBeTruthy();
  });
});

describe("prompt and hints", () => {
  it("prompt=none gets AADSTS50058 without a session and AADSTS65001 without consent", async () => {
    expect(refusal((await attempt({ query: { prompt: "none" } })).landing)).toEqual([
      "login_required",
      "AADSTS50058: S",
    ]);
    const { browser } = await attempt();
    const scope = "https://graph.microsoft.com/User.ReadWrite";
    expect(refusal((await attempt({ browser, scope, query: { prompt: "none" } })).landing)).toEqual([
      "consent_required",
      "AADSTS65001: T",
    ]);
  });

  it("prompt=none gets AADSTS16000 if the session has two accounts and no login_hint selects one", async () => {
    const { browser } = await attempt();
    await attempt({ browser, user: "bruno", query: { prompt: "select_account" } });
    expect(refusal((await attempt({ browser, query: { prompt: "none" } })).landing)[0]).toBe("interaction_required");
    const query = { prompt: "none", login_hint: emulator.user("bruno").upn };
    expect((await attempt({ browser, query })).landing.searchParams.get("code")).toBeTruthy();
  });

  it("prompt=login asks for an account again, prompt=consent for consent again", async () => {
    const { browser } = await attempt();
    const before = browser.pages.length;
    await attempt({ browser, query: { prompt: "login" } });
    await attempt({ browser, query: { prompt: "consent" } });
    expect(browser.pages.slice(before).map((page) => /<h1>([^<]*)/.exec(page)?.[1])).toEqual([
      "Pick an account",
      "Permissions requested",
    ]);
  });

  it("domain_hint limits the account picker to one tenant", async () => {
    const { browser } = await attempt({
      tenant: "common",
      app: "multi",
      user: "felix",
      query: { domain_hint: "larkhill.example" },
    });
    expect(browser.pages[0]).toContain("felix@larkhill.example");
    expect(browser.pages[0]).not.toContain("ada@northwharf.example");
  });

  it("answers in the requested response mode", async () => {
    expect((await attempt({ query: { response_mode: "fragment" } })).landing.hash).toContain("code=");
    let received = "";
    const client = createServer((request, response) => {
      request.on("data", (chunk) => (received += chunk)).on("end", () => response.end());
    }).listen(0, "localhost");
    onTestFinished(() => void client.close());
    await once(client, "listening");
    const { browser } = await attempt({
      query: {
        response_mode: "form_post",
        redirect_uri: `http://localhost:${(client.address() as AddressInfo).port}`,
      },
    });
    expect(browser.pages.at(-1)).toMatch(/<input type="hidden" name="code"/);
    expect(received).toMatch(/(^|&)code=\S{20}/);
  });
});

describe("a policy that requires a second factor", () => {
  it("is satisfied at sign-in; a refresh without it gets AADSTS50076 and a challenge", async () => {
    const { landing } = await attempt({ scope: `offline_access ${teamsScope}` });
    const { refresh_token: weak } = await redeem(landing);
    Object.assign(emulator.tenant("northwharf"), { mfaRequiredFor: [emulator.registration("teams").appId] });
    const refused = await redeem(landing, { grant_type: "refresh_token", refresh_token: String(weak) });
    expect(refused).toMatchObject({
      error_codes: [50076],
      suberror: "basic_action",
      claims: expect.stringContaining("polids"),
    });
    const strong = await redeem((await attempt({ scope: `offline_access ${teamsScope}` })).landing);
    expect(strong).toHaveProperty("access_token");
    expect((await attempt({ person: { mfa: "deny" } })).landing.searchParams.get("error_description")).toContain(
      "AADSTS50076",
    );
  });
});

describe("the token endpoint", () => {
  it.each([
    ["an unknown grant", { grant_type: "magic" }, 70003],
    ["an unknown code", { code: "x" }, 70000],
    ["a secret of a public client", { client_secret: "x" }, 700025],
    ["another redirect URI", { redirect_uri: "http://localhost:7777/x" }, 500112],
    ["malformed claims", { claims: "{" }, 9002313],
    ["a missing code", { code: "" }, 900144],
  ])("refuses %s", async (_name, form, code) => {
    const { landing } = await attempt();
    expect(await redeem(landing, form)).toMatchObject({
      error_codes: [code],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
    });
  });

  it("accepts a code for ten minutes", async () => {
    const { landing } = await attempt();
    emulator.clock.move(601);
    expect(await redeem(landing)).toMatchObject({ error_codes: [70008] });
  });

  it("uses the scope of the code if the request has none", async () => {
    expect(await redeem((await attempt()).landing)).toMatchObject({
      scope: expect.stringContaining("Teams.ManageCalls"),
    });
  });
});

describe("the audience of a token", () => {
  it.each([
    ["api", "uri", "2.0", "guid"],
    ["api", "guid", "2.0", "guid"],
    ["api-v1", "uri", "1.0", "uri"],
    ["api-v1", "guid", "1.0", "guid"],
  ])("for %s requested by its %s has version %s and is its %s", async (name, form, ver, expected) => {
    const { appId } = emulator.registration(name);
    const names: Record<string, string> = { uri: `api://${appId}`, guid: appId };
    const { landing } = await attempt({ scope: `${names[form]}/access_as_user` });
    const claims = decodeJwt(String((await redeem(landing))["access_token"]));
    expect(claims).toMatchObject({ ver, aud: names[expected] });
    const { origin } = emulator;
    expect(claims.iss).toBe(`${origin}/${emulator.tenant("northwharf").id}/${ver === "2.0" ? "v2.0" : ""}`);
  });
});

describe("sign-out", () => {
  it("returns only to a registered address, and notifies applications by front-channel logout", async () => {
    const { browser } = await attempt();
    const leave = (query: Record<string, string>) =>
      browser.send(`${emulator.origin}/common/oauth2/v2.0/logout?${new URLSearchParams(query)}`);
    const strange = await leave({ post_logout_redirect_uri: "http://evil.example/" });
    expect([strange.status, strange.headers.get("location")]).toEqual([200, null]);
    const back = await leave({ post_logout_redirect_uri: "http://localhost:3000/", state: "s" });
    expect([back.status, back.headers.get("location")]).toEqual([302, "http://localhost:3000/?state=s"]);
    const [redirectUri = ""] = emulator.registration("web").redirectUris?.web ?? [];
    await attempt({ app: "web", browser, query: { redirect_uri: redirectUri } });
    const told = await leave({ post_logout_redirect_uri: "http://localhost:3000/" });
    expect(await told.text()).toContain(`<iframe src="${emulator.registration("web").logoutUrl}"`);
  });
});
