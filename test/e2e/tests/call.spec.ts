import { expectAccessible } from "../support/axe.ts";
import { standInForSdk } from "../support/stand-in-sdk.ts";
import { expect, test } from "../support/test.ts";
import type { TokenPage } from "../support/token-page.ts";

test.beforeEach(async ({ context }) => {
  await standInForSdk(context);
});

const card = ({ page }: TokenPage) =>
  page.getByRole("listitem").getByRole("region", { name: "Join a Teams meeting", exact: true });

async function join(tokenPage: TokenPage): Promise<void> {
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.page.getByLabel("Meeting link").fill("https://teams.microsoft.com/meet/22912345678");
  await card(tokenPage).getByRole("button", { name: "Join", exact: true }).click();
  await expect(card(tokenPage).getByText(/^You are in the lobby/)).toBeVisible();
}

const participant = (id: string, name: string, more: object = {}) => ({
  id,
  name,
  speaking: false,
  muted: false,
  videos: [],
  ...more,
});

test("goes from the lobby into the call, shows who is there, and leaves", async ({ tokenPage }) => {
  const { page } = tokenPage;
  await join(tokenPage);
  const inCall = {
    phase: "connected",
    participants: [
      participant("b", "Bruno Okafor", { speaking: true, videos: [{ key: "b/1", kind: "camera" }] }),
      participant("c", "Chen Lindqvist", { muted: true }),
    ],
    lobby: [participant("d", "Dana Petrov")],
  };
  await page.evaluate((part) => globalThis.__standIn.change(part), inCall);
  await expect(card(tokenPage).getByText("You are in the call.")).toBeVisible();
  await expect(card(tokenPage).getByText(/^Done in/)).toBeVisible();
  await expect(card(tokenPage).getByRole("heading", { name: "Participants (3)" })).toBeVisible();
  await expect(card(tokenPage).getByRole("figure", { name: "Bruno Okafor, speaking" })).toBeVisible();
  await expect(card(tokenPage).getByRole("listitem").filter({ hasText: "Chen Lindqvist, muted" })).toBeVisible();
  await card(tokenPage).getByRole("button", { name: "Admit Dana Petrov" }).click();
  await expect(card(tokenPage).getByText("in the lobby")).toHaveCount(0);

  await card(tokenPage).getByRole("button", { name: "Mute", exact: true }).click();
  await expect(card(tokenPage).getByRole("button", { name: "Unmute" })).toBeVisible();
  await expect(
    card(tokenPage)
      .getByRole("listitem")
      .filter({ hasText: /^You, muted$/ }),
  ).toBeVisible();
  await card(tokenPage).getByRole("button", { name: "Camera on" }).click();
  await expect(card(tokenPage).getByRole("figure", { name: "You" })).toBeVisible();
  await card(tokenPage).getByRole("button", { name: "Share screen" }).click();
  await expect(card(tokenPage).getByRole("button", { name: "Stop sharing" })).toBeVisible();
  await card(tokenPage).getByText("Devices", { exact: true }).click();
  await expect(card(tokenPage).getByLabel("Camera")).toHaveValue("camera:1");
  await card(tokenPage).getByLabel("Camera").selectOption("Second camera");
  await expect(card(tokenPage).getByLabel("Camera")).toHaveValue("camera:2");
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 900 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  await card(tokenPage).getByRole("button", { name: "Leave" }).click();
  await expect(card(tokenPage).getByText("You left the call.")).toBeFocused();
  expect(await page.evaluate(() => globalThis.__standIn.disposed)).toBe(1);
});

test("shows what went wrong with a button of the call and stays in the call", async ({ tokenPage }) => {
  const { page } = tokenPage;
  await join(tokenPage);
  await page.evaluate(() => {
    globalThis.__standIn.refuseScreen = true;
    globalThis.__standIn.change({ phase: "connected" });
  });
  await card(tokenPage).getByRole("button", { name: "Share screen" }).click();
  await expect(card(tokenPage).getByRole("heading", { name: /is not allowed/ })).toBeVisible();
  await expect(card(tokenPage).getByText("You are in the call.")).toBeVisible();
});

test("explains why a call ended, and a new call gets a new agent", async ({ tokenPage }) => {
  const { page } = tokenPage;
  await join(tokenPage);
  await page.evaluate(() => globalThis.__standIn.change({ phase: "disconnected", end: { code: 0, subCode: 5854 } }));
  await expect(card(tokenPage).getByText("Another participant denied your request to join.")).toBeVisible();
  // The form still has its values.
  await expect(page.getByLabel("Meeting link")).toHaveValue("https://teams.microsoft.com/meet/22912345678");
  await card(tokenPage).getByRole("button", { name: "Join", exact: true }).click();
  await expect(card(tokenPage).getByText(/^You are in the lobby/)).toBeVisible();
  expect(await page.evaluate(() => globalThis.__standIn)).toMatchObject({ agents: 2, disposed: 1 });
});

test("signing out ends the call", async ({ tokenPage }) => {
  const { page } = tokenPage;
  await join(tokenPage);
  await page.evaluate(() => globalThis.__standIn.change({ phase: "connected" }));
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(tokenPage.card("Sign in").getByText("Not started")).toBeVisible();
  await expect(card(tokenPage).getByRole("button")).toHaveCount(0);
});
