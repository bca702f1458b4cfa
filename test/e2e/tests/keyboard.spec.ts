import type { Page } from "@playwright/test";
import { daily, setLobby } from "../support/meeting.ts";
import { expect, test } from "../support/test.ts";
import { type CardName, consent, pickAccount } from "../support/token-page.ts";

/** Presses Tab until the button with this name has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole("button", { name, exact: true });
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    if (await button.evaluateAll((buttons) => buttons.some((candidate) => candidate === document.activeElement)))
      return;
  }
  throw new Error("the button cannot be reached by Tab");
}

test("everything works with only a keyboard, and the focus is never lost", async ({ tokenPage }) => {
  const { page, deployment } = tokenPage;
  await setLobby(deployment, "organizer");
  await expect(tokenPage.card("Sign in")).toBeVisible();
  await tabTo(page, "Sign in");
  await page.keyboard.press("Enter");
  await pickAccount(page, deployment, "bruno");
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
    // The pressed button keeps the focus, with another name.
    await expect(page.getByRole("button", { name: after })).toBeFocused();
  }
  await page.keyboard.press("Shift+Tab");
  await expect(tokenPage.tokenBox("ACS access token").getByRole("button", { name: "Show claims" })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(tokenPage.tokenBox("ACS access token").getByRole("table")).toBeVisible();

  const choice = page.getByLabel("What to join");
  while (!(await choice.evaluate((field) => field === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  const link = page.getByLabel("Meeting link");
  while (!(await link.evaluate((field) => field === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.type(daily);
  await page.keyboard.press("Enter");
  // The focus moves to the new content, and from there to the controls of the call.
  await expect(page.getByText(/^You are in the lobby/)).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Mute", exact: true })).toBeFocused();
  await tabTo(page, "Leave");
  await page.keyboard.press("Enter");
  await expect(page.getByText("You left the call.")).toBeFocused();
});
