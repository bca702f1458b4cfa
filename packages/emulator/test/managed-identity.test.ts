// Tests managed identities: the metadata service with @azure/identity and @azure/msal-node, and its tokens at ACS and
// as a federated credential.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { ClientAssertionCredential, ManagedIdentityCredential } from "@azure/identity";
import { ManagedIdentityApplication } from "@azure/msal-node";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { servicePrincipalId } from "../src/entra/directory.ts";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { trust } from "./trust.ts";

const EXCHANGE = "api://AzureADTokenExchange";
const graph = "https://graph.microsoft.com/.default";
let emulator: Emulator;
let tenantId: string;
let clientId: string;
let origin: string;

beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
  origin = trust(emulator);
  tenantId = emulator.tenant("northwharf").id;
  clientId = emulator.registration("identity").appId;
  vi.stubEnv("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.origin);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
});

/** Reads `error_codes` from an error of @azure/identity. */
async function proveAsApi(assertion: string, client = "api"): Promise<string> {
  const { appId } = emulator.registration(client);
  const options = { authorityHost: origin, disableInstanceDiscovery: true };
  const credential = new ClientAssertionCredential(tenantId, appId, async () => assertion, options);
  return (await credential.getToken(graph)).token;
}

/** Prints a token of each SDK. */
const askBothSdks = `
import { ManagedIdentityCredential } from "@azure/identity";
import { ManagedIdentityApplication } from "@azure/msal-node";
const credential = new ManagedIdentityCredential({ clientId: process.env.CLIENT_ID });
console.log((await credential.getToken("https://graph.microsoft.com/.default")).token);
console.log((await new ManagedIdentityApplication().acquireToken({ resource: "${EXCHANGE}" })).accessToken);`;

describe("App Service", () => {
  const address = () => `${emulator.origin}/msi/token`;

  it("issues a token to @azure/identity and to @azure/msal-node", async () => {
    const env = { ...process.env, IDENTITY_ENDPOINT: address(), IDENTITY_HEADER: "any", CLIENT_ID: clientId };
    emulator.clearRequests();
    // In a separate process, because MSAL detects its environment only once per process.
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", askBothSdks], {
      cwd: import.meta.dirname,
      env,
    });
    const [first, second] = stdout.trim().split("\n").map(decodeJwt);
    expect(first).toMatchObject({ appid: clientId, idtyp: "app" });
    expect(second).toMatchObject({ sub: servicePrincipalId(tenantId, clientId) });
    expect(emulator.requestCount("AppService_GetToken")).toBe(2);
  });

  it("answers with the members that the real one sends, and only to requests with its header", async () => {
    const query = "api-version=2019-08-01&resource=https://graph.microsoft.com";
    const response = await fetch(`${address()}?${query}`, { headers: { "x-identity-header": "any" } });
    const members = Object.keys((await response.json()) as object).sort();
    expect(members).toEqual(["access_token", "client_id", "expires_on", "resource", "token_type"]);
    const unproved = await fetch(`${address()}?${query}`);
    expect([unproved.status, await unproved.json()]).toMatchObject([400, { error: "invalid_request" }]);
  });
});

describe("the metadata service", () => {
  it("issues a token to @azure/identity that is valid for a day", async () => {
    const { token, expiresOnTimestamp } = await new ManagedIdentityCredential({ clientId }).getToken(graph);
    const { iat = 0, ...claims } = decodeJwt(token);
    expect(claims).toMatchObject({ appid: clientId, appidacr: "2", idtyp: "app", tid: tenantId, exp: iat + 86_400 });
    expect(Math.abs(expiresOnTimestamp / 1000 - iat - 86_400)).toBeLessThan(5);
  });

  it("issues a token to @azure/msal-node, which names no identity", async () => {
    const { accessToken } = await new ManagedIdentityApplication().acquireToken({ resource: EXCHANGE });
    const endpoint = emulator.registration("token-exchange").appId;
    expect(decodeJwt(accessToken)).toMatchObject({
      aud: endpoint,
      // The object id of its service principal, which differs from its client id.
      sub: servicePrincipalId(tenantId, clientId),
      iss: `${emulator.origin}/${tenantId}/v2.0`,
    });
  });

  const ask = async (query: Record<string, string>, headers: Record<string, string> = { metadata: "true" }) => {
    const address = `${emulator.origin}/metadata/identity/oauth2/token?${new URLSearchParams(query)}`;
    const response = await fetch(address, { headers });
    return { status: response.status, ...((await response.json()) as Record<string, string>) };
  };

  it.each<[string, Record<string, string>, Record<string, string> | undefined, string]>([
    ["without its header", {}, {}, "Required metadata header not specified"],
    ["without a version", { resource: EXCHANGE }, undefined, "'api-version' is missing"],
    ["without a resource", { "api-version": "2018-02-01" }, undefined, "'resource' is missing"],
    [
      "for an unknown identity",
      { "api-version": "2018-02-01", resource: EXCHANGE, client_id: "x" },
      undefined,
      "Identity not found",
    ],
    ["for an unknown resource", { "api-version": "2018-02-01", resource: "api://nowhere" }, undefined, "AADSTS500011"],
  ])("refuses a request %s", async (_name, query, headers, message) => {
    expect(await ask(query, headers)).toMatchObject({
      status: 400,
      error_description: expect.stringContaining(message),
    });
  });

  it("refuses requests if there is no identity", async () => {
    Object.assign(emulator.registration("identity"), { managedIdentity: false });
    const answer = await ask({ "api-version": "2018-02-01", resource: EXCHANGE });
    Object.assign(emulator.registration("identity"), { managedIdentity: true });
    expect(answer).toMatchObject({ status: 400, error_description: "Identity not found" });
  });
});

it("ACS accepts the identity if it has a role on the resource", async () => {
  const client = new CommunicationIdentityClient(origin, new ManagedIdentityCredential({ clientId }));
  await expect(client.createUser()).resolves.toHaveProperty("communicationUserId");
});

describe("a federated credential", () => {
  const identityToken = async () => (await new ManagedIdentityCredential({ clientId }).getToken(EXCHANGE)).token;

  it("replaces the secret of a client that trusts the identity", async () => {
    const { appId } = emulator.registration("api");
    expect(decodeJwt(await proveAsApi(await identityToken()))).toMatchObject({ appid: appId, appidacr: "2" });
  });

  const audience = { aud: EXCHANGE };
  it.each<[string, string, () => Promise<string>]>([
    ["of a client that trusts another identity", "AADSTS700213", identityToken],
    ["of a user", "AADSTS700213", () => emulator.issueToken({ resource: "graph", user: "ada", claims: audience })],
    ["for another audience", "AADSTS700212", () => emulator.issueToken({ resource: "graph", user: "ada" })],
    [
      "of a foreign issuer",
      "AADSTS700211",
      () =>
        emulator.issueToken({ resource: "graph", user: "ada", claims: { ...audience, iss: "https://token.example/" } }),
    ],
    [
      "with a foreign key",
      "AADSTS700211",
      () => emulator.issueToken({ resource: "graph", user: "ada", claims: audience, signWith: "unknown" }),
    ],
    [
      "that has expired",
      "AADSTS700024",
      () => emulator.issueToken({ resource: "graph", user: "ada", claims: audience, expiresInSeconds: -60 }),
    ],
    [
      "without a signature",
      "AADSTS50027",
      () => emulator.issueToken({ resource: "graph", user: "ada", claims: audience, header: { alg: "none" } }),
    ],
  ])("%s is refused with %s", async (_name, code, token) => {
    await expect(proveAsApi(await token(), "web")).rejects.toThrow(code);
  });

  it("is enough to make a registration a confidential client", async () => {
    Object.assign(emulator.registration("api"), { secrets: [] });
    await expect(proveAsApi(await identityToken())).resolves.toMatch(/^ey/);
    Object.assign(emulator.registration("api"), { trustedIdentities: [] });
    await expect(proveAsApi(await identityToken())).rejects.toThrow("AADSTS700025");
    emulator.reset();
  });
});
