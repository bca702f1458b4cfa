// Tests in which people call each other or meet in the emulator.
import type { Browser, Locator, Page } from "@playwright/test";
import type { Deployment } from "./deployment.ts";
import { openPerson, type Person } from "./meeting.ts";
import { test as base } from "./test.ts";
import type { TokenPage } from "./token-page.ts";

export const cardOf = (page: Page): Locator =>
  page.getByRole("listitem").getByRole("region", { name: "Join a Teams meeting", exact: true });

/** Goes to the exchanged token. Uses a sign-in that the worker keeps, if there is one. */
export async function exchangeAs(tokenPage: TokenPage, user: string): Promise<void> {
  const { signIns } = tokenPage.deployment;
  await (signIns ? signIns.signIn(tokenPage, user) : tokenPage.signIn(user));
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
}

/** Counts the connections to the calling service that the page opens from now on: one for each agent. */
export async function countConnections(page: Page): Promise<() => Promise<{ opened: number; closed: number }>> {
  const counts = await page.evaluateHandle(() => {
    const found = { opened: 0, closed: 0 };
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        found.opened += 1;
        this.addEventListener("close", () => {
          found.closed += 1;
        });
      }
    };
    return found;
  });
  return () => counts.jsonValue();
}

/** Opens the page for each of `people`. The returned function checks and closes what was opened. */
function opener(browser: Browser, deployment: Deployment) {
  const people: Person[] = [];
  return {
    async open(user: string, options?: { hasConsented: boolean }): Promise<Person> {
      const person = await openPerson(browser, deployment, user, options);
      people.push(person);
      return person;
    },
    async close(): Promise<void> {
      for (const { watched, context } of people) {
        await watched.check();
        await context.close();
      }
    },
  };
}

/** `open` signs somebody in, in a browser context that is checked and closed at the end. */
export const test = base.extend<{ open: ReturnType<typeof opener>["open"] }>({
  open: async ({ browser, deployment }, use) => {
    const { open, close } = opener(browser, deployment);
    await use(open);
    await close();
  },
});
