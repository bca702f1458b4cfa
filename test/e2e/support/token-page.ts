// The page as users see it: cards, badges, buttons, and Entra ID's pages in between.
import { expect, type Locator, type Page } from "@playwright/test";
import type { Deployment } from "./deployment.ts";

export type CardName = "Sign in" | "Get the two Entra tokens" | "Exchange";

/** Drives the page of the product in one tab. */
export class TokenPage {
  readonly page: Page;
  readonly deployment: Deployment;

  constructor(page: Page, deployment: Deployment) {
    this.page = page;
    this.deployment = deployment;
  }

  async open(): Promise<void> {
    await this.page.goto(this.deployment.origin);
  }

  card(name: CardName): Locator {
    return this.page.getByRole("listitem").getByRole("region", { name, exact: true });
  }

  /** The message about a failure in a card. */
  failure(name: CardName): Locator {
    return this.card(name)
      .getByRole("region")
      .filter({ has: this.page.getByText("What to do") });
  }

  tokenBox(name: "API token" | "Teams token" | "ACS access token"): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  async expectDone(name: CardName): Promise<void> {
    await expect(this.card(name).getByText(/^Done/)).toBeVisible();
  }

  /** Expects a failure with this code, its advice, and the focus on it. */
  async expectFailure(name: CardName, code: string): Promise<Locator> {
    const notice = this.failure(name);
    await expect(notice.getByRole("heading")).toContainText(`(${code})`);
    await expect(this.card(name).getByText("Failed", { exact: true })).toBeVisible();
    await expect(notice).toBeFocused();
    return notice;
  }

  /** Signs in by redirect, and consents if asked. */
  async signIn(user = "ada", { hasConsented = false } = {}): Promise<void> {
    await this.card("Sign in").getByRole("button", { name: "Sign in", exact: true }).click();
    await pickAccount(this.page, this.deployment, user);
    if (!hasConsented) await consent(this.page);
    await this.expectDone("Sign in");
  }

  /** Signs in in a pop-up window, and consents there. */
  async signInByPopup(user = "ada"): Promise<void> {
    const opening = this.page.waitForEvent("popup");
    await this.card("Sign in").getByRole("button", { name: "Sign in in a pop-up window" }).click();
    const popup = await opening;
    await pickAccount(popup, this.deployment, user);
    await consent(popup);
    await this.expectDone("Sign in");
  }

  async getTokens(): Promise<void> {
    await this.card("Get the two Entra tokens").getByRole("button", { name: "Get the tokens" }).click();
  }

  async exchange(): Promise<void> {
    // The token boxes push this card down as they appear. A click at that moment would miss the button.
    await this.expectDone("Get the two Entra tokens");
    await this.card("Exchange").getByRole("button", { name: "Exchange the tokens" }).click();
  }
}

/** Picks an account on Entra ID's page. */
export async function pickAccount(page: Page, { emulator }: Deployment, user: string): Promise<void> {
  await page.getByRole("button", { name: emulator.user(user).upn }).click();
}

/** Answers Entra ID's consent page. */
export async function consent(page: Page, answer: "Accept" | "Cancel" = "Accept"): Promise<void> {
  await expect(page.getByRole("heading", { name: "Permissions requested" })).toBeVisible();
  await page.getByRole("button", { name: answer, exact: true }).click();
}
