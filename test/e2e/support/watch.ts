// What must hold for every page in every test: no violation of the content security policy, no error in the console,
// and tokens only in the places in which the user asked the page to show them.
import { type BrowserContext, expect, type Page, type Response } from "@playwright/test";

/** Watches all pages of a context. */
export interface Watch {
  /** Console errors that this test causes on purpose, such as the browser's message about a failed request. */
  readonly expectedErrors: RegExp[];
  /** Checks everything, and searches pages that are still open. */
  check(): Promise<void>;
  /** Checks everything and closes all pages. For tests that stop a server themselves, which pages could still be asking. */
  end(): Promise<void>;
}

/** The tokens of each watched context. */
const tokensOf = new WeakMap<BrowserContext, Set<string>>();

/** Tells the watch of a context about tokens that come from no response. */
export function expectNoLeakOf(context: BrowserContext, tokens: readonly string[]): void {
  for (const token of tokens) tokensOf.get(context)?.add(token);
}

/** Starts watching. Call it before any page is opened. */
export function watch(context: BrowserContext): Watch {
  const consoleLines: string[] = [];
  const errors: string[] = [];
  const urls: string[] = [];
  const tokens = new Set<string>();
  tokensOf.set(context, tokens);
  const reading: Promise<void>[] = [];
  const expectedErrors: RegExp[] = [];

  context.on("console", (message) => {
    consoleLines.push(message.text());
    if (message.type() === "error") errors.push(message.text());
  });
  context.on("weberror", (webError) => void errors.push(String(webError.error())));
  context.on("request", (request) => void urls.push(request.url()));
  context.on("response", (response) => void reading.push(rememberTokens(response, tokens)));

  const watched: Watch = {
    expectedErrors,
    async end() {
      await watched.check();
      await Promise.all(context.pages().map((page) => page.close()));
    },
    async check() {
      await Promise.all(reading);
      const unexpected = errors.filter((text) => !expectedErrors.some((expected) => expected.test(text)));
      expect(unexpected, "errors in the console, violations of the content security policy among them").toEqual([]);
      const places: [string, string][] = [
        ["the console", consoleLines.join("\n")],
        ["an address", urls.join("\n")],
      ];
      for (const page of context.pages()) places.push(...(await searchable(page)));
      for (const [place, text] of places) expectNoToken(place, text, tokens);
    },
  };
  return watched;
}

async function rememberTokens(response: Response, tokens: Set<string>): Promise<void> {
  const { pathname } = new URL(response.url());
  if (!/\/oauth2\/v2\.0\/token$|\/api\/token\/teams$|:exchangeAccessToken$/.test(pathname)) return;
  // The page may close before its response is read. Then a token of that response is nowhere.
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const { token: acsToken } = (body["accessToken"] ?? {}) as { token?: unknown };
  const found = [...["access_token", "refresh_token", "id_token", "token"].map((name) => body[name]), acsToken];
  for (const token of found) if (typeof token === "string") tokens.add(token);
}

async function searchable(page: Page): Promise<[string, string][]> {
  if (!page.url().startsWith("http")) return [];
  const found = await page.evaluate(() => {
    for (const shown of document.querySelectorAll("[data-shows-token]")) shown.remove();
    return {
      dom: document.documentElement.outerHTML,
      local: JSON.stringify({ ...localStorage }),
      cookies: document.cookie,
      history: location.href,
    };
  });
  return [
    ["the document", found.dom],
    ["localStorage", found.local],
    ["a cookie", found.cookies],
    ["the address bar", found.history],
  ];
}

// The message names only the place, so that the report of a leak does not leak the token.
function expectNoToken(place: string, text: string, tokens: Set<string>): void {
  const leaked = [...tokens].some((token) => {
    const payload = token.split(".")[1] ?? token;
    return text.includes(token) || (payload.length >= 24 && text.includes(payload.slice(0, 24)));
  });
  expect(leaked, `a token is in ${place}`).toBe(false);
}
