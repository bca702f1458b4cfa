// The states of the page that are looked at one by one: by axe, and by people on the pictures.
import { expect } from "@playwright/test";
import { consent, pickAccount, type TokenPage } from "./token-page.ts";

/** Brings the page into a state, beginning at the open page. */
export const states: Readonly<Record<string, (tokenPage: TokenPage) => Promise<void>>> = {
  "signed out": async () => {},
  "waiting for the sign-in window": async ({ page }) => {
    const opening = page.waitForEvent("popup");
    await page.getByRole("button", { name: "Sign in by pop-up" }).click();
    await (await opening).close();
    await expect(page.getByText("Waiting for the sign-in window")).toBeVisible();
  },
  "consent refused": async (tokenPage) => {
    await tokenPage.page.getByRole("button", { name: "Sign in by redirect" }).click();
    await pickAccount(tokenPage.page, tokenPage.deployment, "ada");
    await consent(tokenPage.page, "Cancel");
    await tokenPage.expectFailure("Sign in", "AADSTS65004");
  },
  "signed in": async (tokenPage) => tokenPage.signIn(),
  "exchange refused": async (tokenPage) => {
    await tokenPage.signIn("chen");
    await tokenPage.getTokens();
    await tokenPage.exchange();
    await tokenPage.expectFailure("Exchange", "teams-token-rejected");
  },
  exchanged: async (tokenPage) => {
    await tokenPage.signIn();
    await tokenPage.getTokens();
    await tokenPage.exchange();
    await tokenPage.expectDone("Exchange");
    const box = tokenPage.tokenBox("ACS access token");
    await box.getByRole("button", { name: "Show", exact: true }).click();
    await tokenPage.tokenBox("API token").getByRole("button", { name: "Show claims" }).click();
  },
};
