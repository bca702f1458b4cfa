// Sign-ins that a worker keeps for tests about what follows: a sign-in in a browser costs as much as everything else on the way
// to a token. A tab holds its sign-in in sessionStorage; the emulator holds the session, the refresh token and the consents.
import { isDeepStrictEqual } from "node:util";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import type { Emulator } from "@teams-token-exchange/emulator";
import type { TokenPage } from "./token-page.ts";
import { expectNoLeakOf } from "./watch.ts";

type State = Awaited<ReturnType<Emulator["exportState"]>>["state"];
type Entries = [key: string, value: unknown][];

/** What the tab, the browser and the emulator keep of one sign-in. */
interface SignIn {
  /** The page's origin: another one has other redirect URIs and another sessionStorage. */
  readonly origin: string;
  readonly storage: Readonly<Record<string, string>>;
  readonly cookies: Awaited<ReturnType<BrowserContext["cookies"]>>;
  readonly sessions: Entries;
  readonly refreshTokens: Entries;
  readonly consents: readonly object[];
}

/** A test that changed one of them before the sign-in wants to see its effect, so that sign-in is a real one. */
const directory = ["tenants", "users", "registrations", "settings"];
const directoryOf = (state: State) => directory.map((name) => state[name]);

/** The sign-ins of one emulator. */
export class SignIns {
  readonly #emulator: Emulator;
  readonly #kept = new Map<string, SignIn>();
  /** Two browsers must not share a session, so a test gets each kept sign-in once. */
  readonly #used = new Set<string>();
  #seeded: unknown;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** Makes the emulator as its seed says, except that it knows the kept sessions and refresh tokens. Ends live calls. */
  async begin(): Promise<void> {
    this.#emulator.reset();
    this.#used.clear();
    const exported = await this.#emulator.exportState();
    this.#seeded = directoryOf(exported.state);
    if (this.#kept.size === 0) return;
    for (const name of ["sessions", "refreshTokens"] as const) {
      exported.state[name] = [...this.#kept.values()].flatMap((signIn) => signIn[name]);
    }
    await this.#emulator.importState(exported);
  }

  /** Opens the page with the user signed in. */
  async open(tokenPage: TokenPage, user: string, options?: { hasConsented: boolean }): Promise<void> {
    const signIn = await this.#take(tokenPage, user);
    if (signIn) return this.#restore(signIn, tokenPage, user);
    await tokenPage.open();
    await this.#signInAndKeep(tokenPage, user, options);
  }

  /** Signs the user in on a page that is open. */
  async signIn(tokenPage: TokenPage, user: string): Promise<void> {
    const signIn = await this.#take(tokenPage, user);
    if (signIn) return this.#restore(signIn, tokenPage, user);
    await this.#signInAndKeep(tokenPage, user);
  }

  async #take({ page, deployment }: TokenPage, user: string): Promise<SignIn | undefined> {
    const signIn = this.#kept.get(user);
    const isFree = signIn?.origin === deployment.origin && !this.#used.has(user);
    this.#used.add(user);
    if (!isFree || !(await this.#isUntouched(page))) return undefined;
    return signIn;
  }

  /** Whether nobody has signed in in this browser, and the directory is the seed's. */
  async #isUntouched(page: Page): Promise<boolean> {
    const cookies = await page.context().cookies(this.#emulator.origin);
    const { state } = await this.#emulator.exportState();
    return cookies.length === 0 && isDeepStrictEqual(directoryOf(state), this.#seeded);
  }

  async #restore({ origin, storage, cookies, consents }: SignIn, tokenPage: TokenPage, user: string): Promise<void> {
    const { page } = tokenPage;
    for (const value of consents) {
      const response = await fetch(`${this.#emulator.origin}/emulator/api/put`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ kind: "consents", value }),
      });
      expect(response.ok, `the emulator has the consents of ${user}`).toBe(true);
    }
    await page.context().addCookies(cookies);
    expectNoLeakOf(page.context(), tokensIn(storage));
    const script = await page.addInitScript(
      (kept) => {
        if (location.origin === kept.origin && window === top) Object.assign(sessionStorage, kept.storage);
      },
      { origin, storage },
    );
    await tokenPage.open();
    await script.dispose();
    await tokenPage.expectDone("Sign in");
  }

  async #signInAndKeep(tokenPage: TokenPage, user: string, options?: { hasConsented: boolean }): Promise<void> {
    const { page, deployment } = tokenPage;
    const isFirst = !this.#kept.has(user) && (await this.#isUntouched(page));
    await tokenPage.signIn(user, options);
    if (!isFirst) return;
    const storage = await page.evaluate(() => ({ ...sessionStorage }) as Record<string, string>);
    const cookies = await page.context().cookies(this.#emulator.origin);
    const { state } = await this.#emulator.exportState();
    const known = JSON.stringify([storage, cookies]);
    const own = (name: string) => (state[name] as Entries).filter(([key]) => known.includes(key));
    const { oid } = this.#emulator.user(user);
    const consents = (state["consents"] as { userOid?: string }[]).filter(({ userOid }) => userOid === oid);
    const { origin } = deployment;
    const [sessions, refreshTokens] = [own("sessions"), own("refreshTokens")];
    this.#kept.set(user, { origin, storage, cookies, sessions, refreshTokens, consents });
  }
}

/** The tokens that MSAL has stored. */
function tokensIn(storage: Readonly<Record<string, string>>): string[] {
  return Object.values(storage).flatMap((text) => {
    if (!text.startsWith("{")) return [];
    const { secret } = JSON.parse(text) as { secret?: unknown };
    return typeof secret === "string" ? [secret] : [];
  });
}
