import type { Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";
import { type CardName, consent, pickAccount } from "../support/token-page.ts";

/** Presses Tab until the button of this name has the focus, as a person without a mouse does. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole("button", { name, exact: true });
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    if (await button.evaluateAll((buttons) => buttons.some((candidate) => candidate === document.activeElement)))
      return;
  }
  throw new Error("the button cannot be reached by Tab");
}

test("the whole exchange works by keyboard alone, and the focus is never lost", async ({ tokenPage }) => {
  const { page, deployment } = tokenPage;
  await expect(tokenPage.card("Sign in")).toBeVisible();
  await tabTo(page, "Sign in by redirect");
  await page.keyboard.press("Enter");
  await pickAccount(page, deployment, "ada");
  await consent(page);
  await tokenPage.expectDone("Sign in");
  const steps: [CardName, string, string][] = [
    ["Get the two Entra tokens", "Get the tokens", "Get them again"],
    ["Exchange", "Exchange the tokens", "Exchange again"],
  ];
  for (const [card, before, after] of steps) {
    await tabTo(page, before);
    await page.keyboard.press("Enter");
    await tokenPage.expectDone(card);
    // The pressed button stays, with another name: whoever pressed it is still there.
    await expect(page.getByRole("button", { name: after })).toBeFocused();
  }
  await page.keyboard.press("Shift+Tab");
  await expect(tokenPage.tokenBox("ACS access token").getByRole("button", { name: "Show claims" })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(tokenPage.tokenBox("ACS access token").getByRole("table")).toBeVisible();
});
