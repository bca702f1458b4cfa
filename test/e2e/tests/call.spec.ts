// The page in a call, in the emulator: what users see and do, and what is left afterwards.
import { expectAccessible } from "../support/axe.ts";
import { countConnections, test } from "../support/callers.ts";
import { enterDaily, joinDaily, setLobby, shareCanvas } from "../support/meeting.ts";
import { expect } from "../support/test.ts";

test("goes from the lobby into the call, shows who is there, and leaves", async ({ open, deployment }) => {
  await setLobby(deployment, "organizer");
  const [ada, bruno, erin] = await Promise.all([open("ada"), open("bruno"), open("erin")]);
  const { page, card, button } = bruno;
  const connections = await countConnections(page);
  await joinDaily(bruno);
  await expect(card.getByText(/^You are in the lobby/)).toBeVisible();
  await enterDaily(ada);
  await ada.button("Admit Bruno Okafor").click();
  await expect(card.getByText("You are in the call.")).toBeVisible();
  await expect(card.getByText(/^Done in/)).toBeVisible();
  await expect(card.getByRole("figure", { name: "Ada Ferrante, speaking" })).toBeVisible();
  await erin.card.getByLabel("Microphone on").uncheck();
  await joinDaily(erin);
  await button("Admit Erin Castellanos").click();
  await expect(card.getByRole("heading", { name: /In the lobby/ })).toHaveCount(0);
  await expect(card.getByRole("heading", { name: "Participants (3)" })).toBeVisible();
  await expect(card.getByRole("listitem").filter({ hasText: "Erin Castellanos, muted" })).toBeVisible();

  await button("Mute").click();
  await expect(button("Unmute")).toBeVisible();
  await expect(card.getByRole("listitem").filter({ hasText: /^You, muted$/ })).toBeVisible();
  await button("Camera on").click();
  await expect(card.getByRole("figure", { name: "You" }).locator("video")).toBeVisible();
  await shareCanvas(page);
  await button("Share screen").click();
  await expect(button("Stop sharing")).toBeVisible();
  await card.getByText("Devices", { exact: true }).click();
  const camera = card.getByLabel("Camera");
  await expect(camera).toHaveValue(/./);
  const [first, second] = await camera
    .getByRole("option")
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  await expect(camera).toHaveValue(first ?? "");
  await camera.selectOption(second ?? "");
  await expect(camera).toHaveValue(second ?? "");
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 900 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  await button("Leave").click();
  await expect(card.getByText("You left the call.")).toBeFocused();
  await expect.poll(connections).toEqual({ opened: 1, closed: 1 });
});

test("shows what went wrong with a button of the call and stays in the call", async ({ open }) => {
  const ada = await open("ada");
  await enterDaily(ada);
  await ada.page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await ada.button("Share screen").click();
  await expect(ada.card.getByRole("heading", { name: /is not allowed/ })).toBeVisible();
  await expect(ada.card.getByText("You are in the call.")).toBeVisible();
});

test("explains why a call ended, and a new call gets a new agent", async ({ open, deployment }) => {
  await setLobby(deployment, "organizer");
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  const connections = await countConnections(bruno.page);
  await enterDaily(ada);
  await joinDaily(bruno);
  await ada.button("Reject Bruno Okafor").click();
  await expect(bruno.card.getByText("Another participant denied your request to join.")).toBeVisible();
  // The form still has its values.
  await expect(bruno.card.getByLabel("Meeting link")).toHaveValue(/^https:\/\/teams\.microsoft\.com\/meet\//);
  await bruno.button("Join").click();
  await expect(bruno.card.getByText(/^You are in the lobby/)).toBeVisible();
  expect(await connections()).toEqual({ opened: 2, closed: 1 });
});

test("signing out ends the call", async ({ open }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  await enterDaily(ada);
  await enterDaily(bruno);
  await ada.page.getByRole("button", { name: "Sign out" }).click();
  await expect(ada.tokenPage.card("Sign in").getByText("Not started")).toBeVisible();
  await expect(ada.card.getByRole("button")).toHaveCount(0);
  await expect(bruno.card.getByRole("heading", { name: "Participants (1)" })).toBeVisible();
});
