// The states of the page that axe checks one by one, and that people can look at in screenshots.
import { expect, type Page } from "@playwright/test";
import { cardOf, exchangeAs } from "./callers.ts";
import { setLobby } from "./meeting.ts";
import { callUser, participate } from "./participant.ts";
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
    await cardOf(tokenPage.page).getByLabel("What to join").selectOption("A meeting by its link");
    await tokenPage.page.getByRole("button", { name: "Join", exact: true }).click();
    await expect(tokenPage.page.getByText("Enter the link of a Teams meeting.")).toBeVisible();
  },
  "Another Teams user": async (tokenPage) => {
    await exchanged(tokenPage);
    const card = cardOf(tokenPage.page);
    await card.getByLabel("What to join").selectOption("Another Teams user");
    await card.getByLabel("Object ID or phone number").fill("+1 (425) 555-0123");
    await card.getByRole("button", { name: "Add", exact: true }).click();
    await expect(card.getByRole("list", { name: "You call" })).toBeVisible();
  },
  "a call rings": async (tokenPage) => {
    await exchanged(tokenPage);
    const card = cardOf(tokenPage.page);
    await card.getByRole("button", { name: "Receive calls" }).click();
    await expect(card.getByText("Calls to you ring here.", { exact: true })).toBeVisible();
    await callUser(tokenPage.deployment, "bruno", "ada");
    await expect(card.getByRole("region", { name: "Bruno Okafor is calling" })).toBeVisible();
  },
  "in a call": async (tokenPage) => {
    await exchanged(tokenPage);
    await setLobby(tokenPage.deployment, "organizer");
    const card = cardOf(tokenPage.page);
    await card.getByRole("button", { name: "Join", exact: true }).click();
    await expect(card.getByText("You are in the call.")).toBeVisible();
    await participate(tokenPage.deployment, "bruno", { muted: false, video: false });
    await participate(tokenPage.deployment, "erin", { muted: true, video: false });
    await card.getByRole("button", { name: "Admit Erin Castellanos" }).click();
    await expect(card.getByText("Erin Castellanos, muted").first()).toBeVisible();
    await expect(card.getByRole("heading", { name: "In the lobby (1)" })).toBeVisible();
  },
  "call ended by the network": async (tokenPage) => {
    await exchanged(tokenPage);
    const endCall = await endableCalls(tokenPage.page);
    const card = cardOf(tokenPage.page);
    await card.getByRole("button", { name: "Join", exact: true }).click();
    await expect(card.getByText("You are in the call.")).toBeVisible();
    endCall({ code: 490, subCode: 4525 });
    await expect(card.getByRole("heading", { name: /490\/4525/ })).toBeVisible();
  },
};

const exchanged = (tokenPage: TokenPage) => exchangeAs(tokenPage, "ada");

/** Passes the messages of the calling service on. The returned function ends the page's call with any code. */
async function endableCalls(page: Page): Promise<(end: { code: number; subCode: number }) => void> {
  let end = (_end: object) => {};
  await page.routeWebSocket(/\/calling$/, (socket) => {
    const service = socket.connectToServer();
    service.onMessage((message) => socket.send(message));
    socket.onMessage((message) => {
      const { type, leg } = JSON.parse(String(message)) as { type: string; leg?: string };
      if (type === "join") end = (codes) => socket.send(JSON.stringify({ type: "ended", leg, ...codes }));
      service.send(message);
    });
  });
  return (codes) => end(codes);
}
