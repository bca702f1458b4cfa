// Tests Entra with @azure/msal-node, which validates discovery, token responses and ID tokens itself.
import { type Configuration, CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { Browser } from "./browserless-sign-in.ts";

let emulator: Emulator;
let configuration: Configuration;
const redirectUri = "http://localhost:53123";
const teamsScopes = [
  "https://auth.msft.communication.azure.com/Teams.ManageCalls",
  "https://auth.msft.communication.azure.com/Teams.ManageChats",
];

async function authority(tenant: string) {
  const response = await fetch(`${emulator.origin}/${tenant}/v2.0/.well-known/openid-configuration`);
  const host = new URL(emulator.origin).host;
  return { authority: `https://${host}/${tenant}`, knownAuthorities: [host], authorityMetadata: await response.text() };
}

beforeAll(async () => {
  emulator = await startEmulator();
  const { id } = emulator.tenant("northwharf");
  configuration = { auth: { clientId: emulator.registration("desktop").appId, ...(await authority(id)) } };
});
afterAll(() => emulator.close());

/** Signs in on the pages. `redeem` can be called more than once, or with another verifier. */
async function signIn(scopes: string[], upn: string) {
  const app = new PublicClientApplication(configuration);
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const nonce = "nonce-of-this-request";
  const pkce = { codeChallenge: challenge, codeChallengeMethod: "S256" };
  const landing = await new Browser().signIn(await app.getAuthCodeUrl({ scopes, redirectUri, nonce, ...pkce }), {
    upn,
  });
  const code = landing.searchParams.get("code") ?? "";
  const redeem = (codeVerifier = verifier) =>
    app.acquireTokenByCode({ code, scopes, redirectUri, codeVerifier }, { code, nonce });
  return { app, redeem };
}

describe("authorization code with PKCE", () => {
  it("signs a user in and issues a v2 token for the API", async () => {
    const scope = `api://${emulator.registration("api").appId}/access_as_user`;
    const ada = emulator.user("ada");
    const { redeem } = await signIn([scope], ada.upn);
    const result = await redeem();
    expect(result.account?.homeAccountId).toBe(`${ada.oid}.${ada.tenantId}`);
    expect(result.scopes).toContain(scope);
    expect(decodeJwt(result.accessToken)).toMatchObject({
      iss: `${emulator.origin}/${ada.tenantId}/v2.0`,
      aud: emulator.registration("api").appId,
      azp: emulator.registration("desktop").appId,
      scp: "access_as_user",
      ver: "2.0",
      oid: ada.oid,
      tid: ada.tenantId,
    });
  });

  it("redeems the refresh token for a v1 Teams token with all consented scopes", async () => {
    const { app, redeem } = await signIn(
      [`api://${emulator.registration("api").appId}/access_as_user`],
      emulator.user("ada").upn,
    );
    const { account } = await redeem();
    if (!account) throw new Error("no account");
    const silent = await app.acquireTokenSilent({ account, scopes: teamsScopes.slice(0, 1) });
    expect(decodeJwt(silent.accessToken)).toMatchObject({
      iss: `${emulator.origin}/${account.tenantId}/`,
      aud: "https://auth.msft.communication.azure.com",
      appid: emulator.registration("desktop").appId,
      scp: "Teams.ManageCalls Teams.ManageChats",
      ver: "1.0",
    });
    expect(decodeProtectedHeader(silent.accessToken).alg).toBe("RS256");
    const lifetime = (silent.expiresOn?.getTime() ?? 0) - Date.now();
    expect(lifetime).toBeGreaterThan(3_590_000);
    expect(lifetime).toBeLessThan(5_400_000);
  });

  it("refuses a wrong verifier with AADSTS501481 and a second redemption with AADSTS54005", async () => {
    const { redeem } = await signIn(teamsScopes, emulator.user("bruno").upn);
    const refused = (code: string) => ({ errorCode: "invalid_grant", errorMessage: expect.stringContaining(code) });
    await expect(redeem("x".repeat(43))).rejects.toMatchObject(refused("AADSTS501481"));
    await redeem();
    await expect(redeem()).rejects.toMatchObject(refused("AADSTS54005"));
  });
});
