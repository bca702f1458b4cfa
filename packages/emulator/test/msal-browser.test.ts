// Tests Entra with msal-browser in Chromium: pop-up, redirect, silent iframe, third-party cookies, claims challenge and
// sign-out.
import type { AuthenticationResult, Configuration, PublicClientApplication } from "@azure/msal-browser";
import { decodeJwt } from "jose";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { launchChromium, patienceMs } from "./chromium.ts";
import { serveSpa } from "./spa-page.ts";

let emulator: Emulator;
let browser: Browser;
let spa: Awaited<ReturnType<typeof serveSpa>>;
let context: BrowserContext;
let page: Page;
let apiScope: string;
const teamsScope = "https://auth.msft.communication.azure.com/Teams.ManageCalls";

beforeAll(async () => {
  [emulator, browser, spa] = await Promise.all([startEmulator(), launchChromium(), serveSpa()]);
  apiScope = `api://${emulator.registration("api").appId}/access_as_user`;
});
afterAll(async () => {
  spa.close();
  await browser.close();
  await emulator.close();
});
beforeEach(async () => {
  emulator.reset();
  context = await browser.newContext();
  context.setDefaultTimeout(patienceMs);
  page = await context.newPage();
  await open();
});
afterEach(() => context.close());

interface SpaWindow {
  msal: { PublicClientApplication: new (configuration: Configuration) => PublicClientApplication };
  app: PublicClientApplication;
  redirected: AuthenticationResult | null;
}

/** Opens the page and starts MSAL on it, with the settings that a client gets from `/api/config`. */
async function open(): Promise<void> {
  const tenantId = emulator.tenant("northwharf").id;
  const metadata = await fetch(`${emulator.origin}/${tenantId}/v2.0/.well-known/openid-configuration`);
  const { host } = new URL(emulator.origin);
  const configuration: Configuration = {
    auth: {
      clientId: emulator.registration("spa").appId,
      authority: `https://${host}/${tenantId}`,
      knownAuthorities: [host],
      authorityMetadata: await metadata.text(),
      redirectUri: `${spa.origin}/redirect.html`,
      postLogoutRedirectUri: `${spa.origin}/`,
      clientCapabilities: ["CP1"],
    },
  };
  if (!page.url().startsWith(spa.origin)) await page.goto(`${spa.origin}/`);
  await page.evaluate(async (config) => {
    const here = globalThis as unknown as SpaWindow;
    here.app = new here.msal.PublicClientApplication(config);
    await here.app.initialize();
    here.redirected = await here.app.handleRedirectPromise();
  }, configuration);
}

/** Completes the pages of a pop-up while `call` waits in the page. */
async function inPopup<Result>(call: Promise<Result>, user?: string): Promise<Result> {
  const popup = await context.waitForEvent("page");
  if (user) await popup.getByRole("button", { name: new RegExp(user) }).click();
  const accept = popup.getByRole("button", { name: "Accept" });
  const outcome = await Promise.race([
    call.then(() => "done"),
    accept
      .waitFor()
      .then(() => "asked")
      .catch(() => "done"),
  ]);
  if (outcome === "asked") await accept.click();
  return call;
}

type Method = "acquireTokenPopup" | "acquireTokenSilent" | "ssoSilent";

function acquire(method: Method, scope: string, more: Record<string, string> = {}) {
  return page.evaluate(
    async ({ method: name, request }) => {
      const { app } = globalThis as unknown as SpaWindow;
      const [account] = app.getAllAccounts();
      try {
        const result = await app[name]({ ...request, ...(account ? { account } : {}) });
        return { accessToken: result.accessToken, scopes: result.scopes };
      } catch (error) {
        const { errorCode, message, claims } = error as { errorCode: string; message: string; claims?: string };
        return { errorCode, message, claims };
      }
    },
    { method, request: { scopes: [scope], ...more } },
  );
}

describe("msal-browser", () => {
  it("signs in by pop-up, asks for consent per resource, and then gets tokens silently", async () => {
    expect(await inPopup(acquire("acquireTokenPopup", apiScope), "Ada")).toMatchObject({ scopes: [apiScope] });
    expect(await acquire("acquireTokenSilent", teamsScope)).toMatchObject({ errorCode: "invalid_grant" });
    await inPopup(acquire("acquireTokenPopup", teamsScope));
    const silent = await acquire("acquireTokenSilent", teamsScope);
    expect(decodeJwt(silent.accessToken ?? "")).toMatchObject({ aud: "https://auth.msft.communication.azure.com" });
  });

  it("signs in by redirect, and returns to the page after sign-out", async () => {
    await page.evaluate(
      ({ scopes, redirectUri }) => {
        void (globalThis as unknown as SpaWindow).app.loginRedirect({ scopes, redirectUri });
      },
      { scopes: [apiScope], redirectUri: `${spa.origin}/` },
    );
    await page.getByRole("button", { name: /Bruno/ }).click();
    await page.getByRole("button", { name: "Accept" }).click();
    await page.waitForURL(`${spa.origin}/**`);
    await open();
    const name = () => page.evaluate(() => (globalThis as unknown as SpaWindow).redirected?.account.username);
    expect(await name()).toBe(emulator.user("bruno").upn);
    await page.evaluate(() => void (globalThis as unknown as SpaWindow).app.logoutRedirect());
    await expect.poll(() => emulator.requestCount("logout")).toBe(1);
    await page.waitForURL(`${spa.origin}/**`);
  });

  it("renews in a hidden iframe unless third-party cookies are blocked", async () => {
    await inPopup(acquire("acquireTokenPopup", apiScope), "Ada");
    const hint = { loginHint: emulator.user("ada").upn };
    expect(await acquire("ssoSilent", apiScope, hint)).toHaveProperty("accessToken");
    emulator.settings.blockThirdPartyCookies = true;
    expect(await acquire("ssoSilent", apiScope, hint)).toMatchObject({ errorCode: "login_required" });
  });

  it("declares CP1 and answers a claims challenge with a second factor", async () => {
    const first = await inPopup(acquire("acquireTokenPopup", apiScope), "Ada");
    expect(decodeJwt(first.accessToken ?? "")).toMatchObject({ xms_cc: ["CP1"] });
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } });
    const refused = await acquire("acquireTokenSilent", apiScope, { claims });
    expect(refused).toMatchObject({
      errorCode: "interaction_required",
      message: expect.stringContaining("AADSTS50076"),
    });
    const interactive = acquire("acquireTokenPopup", apiScope, { claims: refused.claims || claims });
    const popup = await context.waitForEvent("page");
    await popup.getByRole("button", { name: "Approve" }).click();
    expect(decodeJwt((await interactive).accessToken ?? "")["acrs"]).toContain("c1");
  });

  it("gets AADSTS700084 for its refresh token after 24 hours", async () => {
    await inPopup(acquire("acquireTokenPopup", apiScope), "Ada");
    emulator.clock.move(86_401);
    const response = page.waitForResponse(/oauth2\/v2.0\/token/);
    await page.evaluate(
      async (scopes) => {
        const { app } = globalThis as unknown as SpaWindow;
        const [account] = app.getAllAccounts();
        await app
          .acquireTokenSilent({ scopes, forceRefresh: true, ...(account ? { account } : {}) })
          .catch(() => undefined);
      },
      [apiScope],
    );
    expect(await (await response).json()).toMatchObject({ error: "invalid_grant", error_codes: [700084] });
  });
});
