// Tests clients that authenticate with a certificate. @azure/msal-node, @azure/identity and openid-client send their
// own assertions; assertions that no library sends are signed by hand.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { ClientCertificateCredential, OnBehalfOfCredential } from "@azure/identity";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { decodeJwt, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import {
  allowInsecureRequests,
  clientCredentialsGrant,
  discovery,
  modifyAssertion,
  PrivateKeyJwt,
} from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientCertificate, type Emulator, startEmulator } from "../src/start-emulator.ts";
import { Browser } from "./browserless-sign-in.ts";
import { trust } from "./trust.ts";

let emulator: Emulator;
let tenantId: string;
let clientId: string;
let mine: ClientCertificate;
let another: ClientCertificate;
let options: { authorityHost: string; disableInstanceDiscovery: true };
const graph = "https://graph.microsoft.com/.default";

beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
  tenantId = emulator.tenant("northwharf").id;
  clientId = emulator.registration("web").appId;
  options = { authorityHost: trust(emulator), disableInstanceDiscovery: true };
  await emulator.addCertificate("web");
  mine = await emulator.addCertificate("web");
  another = await emulator.addCertificate("api");
});
afterAll(() => emulator.close());

async function msal(clientCertificate: { thumbprint?: string; thumbprintSha256?: string; privateKey: string }) {
  const { host } = new URL(emulator.origin);
  const metadata = await fetch(`${emulator.origin}/${tenantId}/v2.0/.well-known/openid-configuration`);
  const authority = { authority: `https://${host}/${tenantId}`, knownAuthorities: [host] };
  const auth = { clientId, ...authority, authorityMetadata: await metadata.text(), clientCertificate };
  return new ConfidentialClientApplication({ auth }).acquireTokenByClientCredential({ scopes: [graph] });
}

const pemOf = ({ certificate, privateKey }: ClientCertificate) => ({ certificate: `${certificate}${privateKey}` });

describe("a client with a certificate gets a token", () => {
  it("through msal-node, with its SHA-256 thumbprint", async () => {
    const { thumbprintSha256, privateKey } = mine;
    const token = await msal({ thumbprintSha256, privateKey });
    const proof = { appid: clientId, appidacr: "2", idtyp: "app" };
    expect(decodeJwt(token?.accessToken ?? "")).toMatchObject({ ...proof, roles: expect.any(Array) });
  });

  it("through msal-node, with its SHA-1 thumbprint", async () => {
    const thumbprint = new X509Certificate(mine.certificate).fingerprint.replaceAll(":", "");
    const token = await msal({ thumbprint, privateKey: mine.privateKey });
    expect(decodeJwt(token?.accessToken ?? "")).toMatchObject({ appidacr: "2" });
  });

  it("through @azure/identity, for the application and on behalf of a user", async () => {
    const credential = new ClientCertificateCredential(tenantId, clientId, pemOf(mine), options);
    expect(decodeJwt((await credential.getToken(graph)).token)).toMatchObject({ appidacr: "2" });
    const api = emulator.registration("api");
    const origin = emulator.httpsOrigin ?? "";
    const onBehalfOf = new OnBehalfOfCredential({
      ...options,
      tenantId,
      clientId: api.appId,
      userAssertionToken: await emulator.issueToken({ resource: "api", user: "ada", origin }),
      getAssertion: async () => assertion({}, { iss: api.appId, sub: api.appId }, another),
    });
    await expect(onBehalfOf.getToken("https://graph.microsoft.com/User.Read")).rejects.toThrow("AADSTS65001");
  });

  it("through openid-client, as private_key_jwt", async () => {
    const key = await crypto.subtle.importKey(
      "pkcs8",
      createPrivateKey(mine.privateKey).export({ type: "pkcs8", format: "der" }),
      ...([{ name: "RSA-PSS", hash: "SHA-256" }, false, ["sign"] as const] as const),
    );
    const proof = PrivateKeyJwt(key, {
      [modifyAssertion]: (header) => {
        header["x5t#S256"] = Buffer.from(mine.thumbprintSha256, "hex").toString("base64url");
      },
    });
    const issuer = new URL(`${emulator.origin}/${tenantId}/v2.0`);
    const config = await discovery(issuer, clientId, undefined, proof, { execute: [allowInsecureRequests] });
    const { access_token } = await clientCredentialsGrant(config, { scope: graph });
    expect(decodeJwt(access_token)).toMatchObject({ appidacr: "2" });
  });
});

/** An assertion like MSAL's, with these changes. */
function assertion(header: object = {}, claims: Record<string, unknown> = {}, { privateKey, thumbprintSha256 } = mine) {
  const x5t = { "x5t#S256": Buffer.from(thumbprintSha256, "hex").toString("base64url") };
  const now = Math.floor(Date.now() / 1000);
  const aud = `${emulator.origin}/${tenantId}/oauth2/v2.0/token`;
  return new SignJWT({ iss: clientId, sub: clientId, aud, nbf: now, exp: now + 600, ...claims })
    .setProtectedHeader({ alg: "PS256", ...x5t, ...header } as JWTHeaderParameters)
    .sign(createPrivateKey(privateKey));
}

async function answerTo(client_assertion: string, changes: Record<string, string> = {}) {
  const form = { grant_type: "client_credentials", client_id: clientId, scope: graph, client_assertion };
  const client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  const url = `${emulator.origin}/${tenantId}/oauth2/v2.0/token`;
  const body = new URLSearchParams({ ...form, client_assertion_type, ...changes });
  const response = await fetch(url, { method: "POST", body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;

describe("an assertion", () => {
  it.each<[string, JWTPayload]>([
    ["to the token endpoint", {}],
    ["to the issuer", { aud: "{origin}/{tenant}/v2.0" }],
    ["with the tenant's domain", { aud: "{origin}/northwharf.example/oauth2/v2.0/token" }],
    ["that expired within the skew", { exp: seconds(-200) }],
    ["from a clock that is slightly ahead", { nbf: seconds(200) }],
  ])("%s is accepted, even if the emulator's clock differs", async (_name, { aud, ...claims }) => {
    const audience = String(aud ?? "")
      .replace("{origin}", emulator.origin)
      .replace("{tenant}", tenantId);
    emulator.clock.move(86_400);
    expect((await answerTo(await assertion({}, { ...claims, ...(aud && { aud: audience }) }))).status).toBe(200);
    emulator.clock.reset();
  });

  const elsewhere = "https://login.microsoftonline.com/common/oauth2/v2.0/token";
  it.each<[string, number, () => Promise<string>]>([
    ["with a certificate of another registration", 700027, () => assertion({}, {}, another)],
    [
      "with the thumbprint of one certificate and the key of another",
      700027,
      () => assertion({}, {}, { ...another, thumbprintSha256: mine.thumbprintSha256 }),
    ],
    ["that has expired", 700024, () => assertion({}, { exp: seconds(-400) })],
    ["that expired before 1970", 700024, () => assertion({}, { exp: -1e300 })],
    ["that is not valid yet", 700024, () => assertion({}, { nbf: seconds(400) })],
    ["that is valid from a date that no Date can hold", 700024, () => assertion({}, { nbf: 1e300 })],
    ["without an expiry", 50027, () => assertion({}, { exp: undefined })],
    ["of another subject", 50048, () => assertion({}, { sub: "someone" })],
    ["of another client", 700021, () => assertion({}, { iss: "someone", sub: "someone" })],
    ["to another service", 700023, () => assertion({}, { aud: elsewhere })],
    [
      "to another tenant",
      700023,
      () => assertion({}, { aud: `${emulator.origin}/${emulator.tenant("larkhill").id}/v2.0` }),
    ],
    ["to two audiences", 50027, () => assertion({}, { aud: [elsewhere, elsewhere] })],
    ["without a thumbprint", 50027, () => assertion({ "x5t#S256": undefined })],
    ["that is not a JWT", 50027, async () => "x"],
  ])("%s is refused with AADSTS%i", async (_name, code, made) => {
    const { body } = await answerTo(await made());
    expect(body).toMatchObject({ error_codes: [code] });
    expect(JSON.stringify(body)).not.toContain("eyJ");
  });

  it("names the requested key, as Entra does", async () => {
    const { status, body } = await answerTo(await assertion({}, {}, another));
    expect([status, body["error"]]).toEqual([401, "invalid_client"]);
    expect(body["error_description"]).toContain(
      `[Reason - The key was not found., Thumbprint of key used by client: '${another.thumbprintSha256}'`,
    );
  });

  it("of another type is refused with AADSTS9002313, of a public client with AADSTS700025", async () => {
    expect((await answerTo(await assertion(), { client_assertion_type: "x" })).body["error_codes"]).toEqual([9002313]);
    const client_id = emulator.registration("spa").appId;
    expect((await answerTo(await assertion(), { client_id })).body["error_codes"]).toEqual([700025]);
  });
});

it("a client whose only credential is a certificate needs it for codes and refresh tokens", async () => {
  Object.assign(emulator.registration("web"), { secrets: [] });
  const scope = "https://auth.msft.communication.azure.com/.default offline_access";
  const redirect_uri = emulator.registration("web").redirectUris?.web?.[0] ?? "";
  const query = new URLSearchParams({ client_id: clientId, response_type: "code", redirect_uri, scope });
  const page = `${emulator.origin}/${tenantId}/oauth2/v2.0/authorize?${query}`;
  const landing = await new Browser().signIn(page, { upn: emulator.user("ada").upn });
  const code = { grant_type: "authorization_code", scope, redirect_uri, code: landing.searchParams.get("code") ?? "" };
  const { body } = await answerTo(await assertion(), code);
  const refresh = { grant_type: "refresh_token", scope, refresh_token: String(body["refresh_token"]) };
  expect((await answerTo(await assertion(), refresh)).status).toBe(200);
  const form = new URLSearchParams({ ...refresh, client_id: clientId });
  const unproved = await fetch(`${emulator.origin}/${tenantId}/oauth2/v2.0/token`, { method: "POST", body: form });
  expect(await unproved.json()).toMatchObject({ error_codes: [7000218] });
});

it("the state contains the certificate but not its private key", async () => {
  const exported = JSON.stringify(await emulator.exportState());
  expect(exported.includes(JSON.stringify(mine.certificate))).toBe(true);
  const lines = mine.privateKey.trim().split("\n").slice(3, -1);
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => exported.includes(line))).toEqual([]);
});
