// The states of the page that axe checks one by one, and that people can look at in screenshots.
import { expect } from "@playwright/test";
import { standInForSdk } from "./stand-in-sdk.ts";
import { consent, pickAccount, type TokenPage } from "./token-page.ts";

/** Brings the open page into a state. */
export const states: Readonly<Record<string, (tokenPage: TokenPage) => Promise<void>>> = {
  "signed out": async () => {},
  "waiting for the sign-in window": async ({ page }) => {
    const opening = page.waitForEvent("popup");
    await page.getByRole("button", { name: "Sign in in a pop-up window" }).click();
    await (await opening).close();
    await expect(page.getByText("Waiting for the sign-in window")).toBeVisible();
  },
  "consent refused": async (tokenPage) => {
    await tokenPage.page.getByRole("button", { name: "Sign in", exact: true }).click();
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
  "device check": async (tokenPage) => {
    await exchanged(tokenPage);
    await tokenPage.page.getByRole("button", { name: "Check camera and microphone" }).click();
    await expect(tokenPage.page.getByLabel("Camera", { exact: true })).toBeVisible();
    await tokenPage.page.getByRole("button", { name: "Join", exact: true }).click();
    await expect(tokenPage.page.getByText("Enter the link of a Teams meeting.")).toBeVisible();
  },
  "in a call": async (tokenPage) => {
    await inCall(tokenPage);
    const participants = [
      { id: "b", name: "Bruno Okafor", speaking: true, muted: false, videos: [{ key: "b/1", kind: "camera" }] },
      { id: "c", name: "Chen Lindqvist", speaking: false, muted: true, videos: [] },
    ];
    const lobby = [{ id: "d", name: "Dana Petrov", speaking: false, muted: false, videos: [] }];
    const localVideo = { key: "local", kind: "camera" };
    const part = { phase: "connected", cameraOn: true, localVideo, participants, lobby };
    await tokenPage.page.evaluate((change) => globalThis.__standIn.change(change), part);
    await expect(tokenPage.page.getByText("You are in the call.")).toBeVisible();
  },
  "call ended by the network": async (tokenPage) => {
    await inCall(tokenPage);
    const part = { phase: "disconnected", end: { code: 490, subCode: 4525 } };
    await tokenPage.page.evaluate((change) => globalThis.__standIn.change(change), part);
    await expect(tokenPage.page.getByRole("heading", { name: /490\/4525/ })).toBeVisible();
  },
};

async function exchanged(tokenPage: TokenPage): Promise<void> {
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
}

async function inCall(tokenPage: TokenPage): Promise<void> {
  await standInForSdk(tokenPage.page.context());
  await exchanged(tokenPage);
  await tokenPage.page.getByLabel("Meeting link").fill("https://teams.microsoft.com/meet/22912345678");
  await tokenPage.page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(tokenPage.page.getByText(/^You are in the lobby/)).toBeVisible();
}
