// Tests Entra with @azure/identity, which uses only HTTPS. Tests that also run on a live tenant are in
// entra-contract.test.ts.
import {
  AuthorizationCodeCredential,
  ClientSecretCredential,
  DeviceCodeCredential,
  OnBehalfOfCredential,
  UsernamePasswordCredential,
} from "@azure/identity";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { Browser } from "./browserless-sign-in.ts";
import { trust } from "./trust.ts";

let emulator: Emulator;
let tenantId: string;
let options: { authorityHost: string; disableInstanceDiscovery: true };
const teams = "https://auth.msft.communication.azure.com/.default";

beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
  emulator.settings.deviceCodeInterval = 0.02;
  tenantId = emulator.tenant("northwharf").id;
  options = { authorityHost: trust(emulator), disableInstanceDiscovery: true };
});
afterAll(() => emulator.close());

const app = (name: string) => emulator.registration(name);
const secret = (name: string) => app(name).secrets?.[0] ?? "";
const claimsOf = (token: { token: string } | null) => decodeJwt(token?.token ?? "");

describe("client credentials", () => {
  const credential = () => new ClientSecretCredential(tenantId, app("web").appId, secret("web"), options);

  it("issue an app-only token, with the double slash of the ACS scope", async () => {
    const token = await credential().getToken("https://communication.azure.com//.default");
    expect(claimsOf(token)).toMatchObject({ aud: "https://communication.azure.com/", idtyp: "app" });
    expect(claimsOf(token)).not.toHaveProperty("scp");
  });

  it("issue the roles of the application", async () => {
    const token = await credential().getToken("https://graph.microsoft.com/.default");
    expect(claimsOf(token)["roles"]).toContain("Application.ReadWrite.All");
  });
});

describe("resource owner password credentials", () => {
  const signIn = (name: string, password: string, client = "desktop") =>
    new UsernamePasswordCredential(tenantId, app(client).appId, emulator.user(name).upn, password, options).getToken(
      teams,
    );

  it("issue a Teams token", async () => {
    expect(claimsOf(await signIn("ada", emulator.user("ada").password))).toMatchObject({
      scp: "Teams.ManageCalls Teams.ManageChats",
      oid: emulator.user("ada").oid,
    });
  });

  it.each([
    ["a wrong password", "AADSTS50126", () => signIn("ada", "wrong")],
    ["a user of another tenant", "AADSTS50034", () => signIn("dana", emulator.user("dana").password)],
    ["a client that is not public", "AADSTS7000218", () => signIn("ada", emulator.user("ada").password, "spa")],
  ])("refuses %s with %s", async (_name, code, call) => {
    await expect(call()).rejects.toThrow(code);
  });
});

describe("on behalf of", () => {
  const exchange = async (scope: string, claims = {}) =>
    new OnBehalfOfCredential({
      ...options,
      tenantId,
      clientId: app("api").appId,
      clientSecret: secret("api"),
      userAssertionToken: await emulator.issueToken({
        resource: "api",
        user: "ada",
        claims,
        origin: emulator.httpsOrigin ?? "",
      }),
    }).getToken(scope);

  it("needs consent for the API: AADSTS65001 without it, a token with it", async () => {
    const scope = "https://graph.microsoft.com/User.Read";
    await expect(exchange(scope)).rejects.toThrow("AADSTS65001");
    const page = `${emulator.origin}/${tenantId}/adminconsent?${new URLSearchParams({ client_id: app("api").appId, scope })}`;
    const body = new URLSearchParams({ account: emulator.user("erin").upn });
    expect((await fetch(page, { method: "POST", body })).status).toBe(200);
    expect(claimsOf(await exchange(scope))).toMatchObject({
      appid: app("api").appId,
      scp: "User.Read",
      oid: emulator.user("ada").oid,
    });
  });

  it("refuses a token for another audience (500131) and a forged token (50013)", async () => {
    const scope = "https://graph.microsoft.com/User.Read";
    await expect(exchange(scope, { aud: app("spa").appId })).rejects.toThrow("AADSTS500131");
    await expect(exchange(scope, { iss: "https://elsewhere.example/" })).rejects.toThrow("AADSTS50013");
    await expect(exchange(scope, { exp: 1 })).rejects.toThrow("AADSTS500133");
  });
});

describe("device code", () => {
  async function signIn(answer: Record<string, string>) {
    const credential = new DeviceCodeCredential({
      ...options,
      tenantId,
      clientId: app("desktop").appId,
      userPromptCallback: ({ userCode, verificationUri }) => {
        void fetch(verificationUri, { method: "POST", body: new URLSearchParams({ otc: userCode, ...answer }) });
      },
    });
    return credential.getToken(teams);
  }

  it("issues a token once the user has picked an account", async () => {
    expect(claimsOf(await signIn({ account: emulator.user("bruno").upn }))).toMatchObject({
      oid: emulator.user("bruno").oid,
    });
  });

  it("fails when the user declines", async () => {
    await expect(signIn({ decline: "yes" })).rejects.toThrow("authorization_declined");
  });
});

it("redeems the code of a confidential web application", async () => {
  const redirectUri = app("web").redirectUris?.web?.[0] ?? "";
  const query = { client_id: app("web").appId, response_type: "code", redirect_uri: redirectUri, scope: teams };
  const url = `${emulator.httpsOrigin}/${tenantId}/oauth2/v2.0/authorize?${new URLSearchParams(query)}`;
  const landing = await new Browser().signIn(url, { upn: emulator.user("ada").upn });
  const code = landing.searchParams.get("code") ?? "";
  const credential = new AuthorizationCodeCredential(
    tenantId,
    app("web").appId,
    secret("web"),
    code,
    redirectUri,
    options,
  );
  expect(claimsOf(await credential.getToken(teams))).toMatchObject({ appidacr: "1" });
});
