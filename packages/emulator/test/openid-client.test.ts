// Tests Entra with openid-client, which has no special case for Entra: what it accepts is valid OpenID Connect.

import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { Browser } from "./browserless-sign-in.ts";

let emulator: Emulator;
const redirectUri = "http://localhost:3000/";

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

/** Sends the requests with the Origin of the SPA's page. */
const fromOrigin =
  (origin: string): client.CustomFetch =>
  (url, options) => {
    const headers = { ...options.headers, ...(url.endsWith("/token") ? { origin } : {}) };
    return fetch(url, { ...options, headers } as RequestInit);
  };

function discover(name: string, origin?: string) {
  const { id } = emulator.tenant("northwharf");
  return client.discovery(
    new URL(`${emulator.origin}/${id}/v2.0`),
    emulator.registration(name).appId,
    undefined,
    client.None(),
    {
      execute: [client.allowInsecureRequests],
      ...(origin === undefined ? {} : { [client.customFetch]: fromOrigin(origin) }),
    },
  );
}

async function authorize(config: client.Configuration, scope: string, more: Record<string, string> = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge_method: "S256",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    ...more,
  });
  return { url, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } };
}

const apiScope = () => `api://${emulator.registration("api").appId}/access_as_user`;

describe("a single-page application", () => {
  it("signs in after consent and refreshes for another resource", async () => {
    const config = await discover("spa", "http://localhost:3000");
    const scope = `openid profile offline_access ${apiScope()}`;
    const { url, checks } = await authorize(config, scope);
    const browser = new Browser();
    const landing = await browser.signIn(url.href, { upn: emulator.user("ada").upn });
    expect(browser.pages.some((page) => page.includes("Permissions requested"))).toBe(true);
    const tokens = await client.authorizationCodeGrant(config, landing, checks, { scope });
    expect(tokens.claims()).toMatchObject({
      oid: emulator.user("ada").oid,
      preferred_username: emulator.user("ada").upn,
    });
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? "", { scope });
    expect(refreshed.scope).toBe(apiScope());
  });

  it("signs in by single sign-on without a page the second time", async () => {
    const config = await discover("spa", "http://localhost:3000");
    const browser = new Browser();
    const first = await authorize(config, `openid ${apiScope()}`);
    await browser.signIn(first.url.href, { upn: emulator.user("ada").upn });
    const pages = browser.pages.length;
    const second = await authorize(config, `openid ${apiScope()}`, { prompt: "none" });
    const landing = await browser.signIn(second.url.href, { upn: emulator.user("ada").upn });
    expect(landing.searchParams.get("code")).toBeTruthy();
    expect(browser.pages).toHaveLength(pages);
  });

  it("gets AADSTS65004 when the user declines", async () => {
    const config = await discover("spa", "http://localhost:3000");
    const { url, checks } = await authorize(
      config,
      "openid https://auth.msft.communication.azure.com/Teams.ManageCalls",
    );
    const landing = await new Browser().signIn(url.href, { upn: emulator.user("ada").upn, consent: "cancel" });
    await expect(client.authorizationCodeGrant(config, landing, checks)).rejects.toMatchObject({
      error: "access_denied",
      error_description: expect.stringContaining("AADSTS65004"),
    });
  });

  it("is refused with AADSTS9002327 outside a browser and AADSTS9002326 from another origin", async () => {
    for (const [origin, code] of [
      [undefined, "AADSTS9002327"],
      ["http://evil.example", "AADSTS9002326"],
    ] as const) {
      const config = await discover("spa", origin);
      const { url, checks } = await authorize(config, `openid ${apiScope()}`);
      const landing = await new Browser().signIn(url.href, { upn: emulator.user("ada").upn });
      await expect(client.authorizationCodeGrant(config, landing, checks)).rejects.toMatchObject({
        error: "invalid_request",
        error_description: expect.stringContaining(code),
      });
    }
  });

  it("gets a page instead of a redirect if the redirect URI is not registered", async () => {
    const config = await discover("spa");
    const { url } = await authorize(config, `openid ${apiScope()}`, { redirect_uri: "http://localhost:3000/evil" });
    await expect(new Browser().signIn(url.href, { upn: "" })).rejects.toThrow("AADSTS50011");
  });

  it("gets AADSTS28000 when it requests two resources at the token endpoint", async () => {
    const config = await discover("spa", "http://localhost:3000");
    const scope = `openid ${apiScope()} https://auth.msft.communication.azure.com/Teams.ManageCalls`;
    const { url, checks } = await authorize(config, scope);
    const landing = await new Browser().signIn(url.href, { upn: emulator.user("bruno").upn });
    await expect(client.authorizationCodeGrant(config, landing, checks, { scope })).rejects.toMatchObject({
      error_description: expect.stringContaining("AADSTS28000"),
    });
  });
});
