// Two and three people in the emulated meeting, with real media between their browsers.
import { expectAccessible } from "../support/axe.ts";
import { test } from "../support/callers.ts";
import { enterDaily, expectMovingPicture, joinDaily, setLobby, shareCanvas } from "../support/meeting.ts";
import { expect } from "../support/test.ts";

test("two people see and hear each other, and see who is muted", async ({ open }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  await enterDaily(ada, { camera: true });
  await expect(ada.card.getByText("Nobody else is here yet.")).toBeVisible();
  await enterDaily(bruno, { camera: true });
  await ada.expectAnnounced(/Bruno .* joined/);

  await expectMovingPicture(ada.tile("Bruno"));
  await expectMovingPicture(bruno.tile("Ada"));
  await expectMovingPicture(ada.tile("You"));
  // The fake microphones beep.
  await expect(ada.tile("Bruno").and(ada.page.getByRole("figure", { name: /speaking/ }))).toBeVisible();

  // Muting changes words and icons, and keeps the video element.
  await ada
    .tile("Bruno")
    .locator("video")
    .evaluate((video) => video.setAttribute("data-first", ""));
  await bruno.button("Mute").click();
  await expect(ada.tile("Bruno")).toHaveAccessibleName(/, muted/);
  await expect(ada.tile("Bruno").locator("video[data-first]")).toHaveCount(1);
  await bruno.expectAnnounced("You are muted.");

  await bruno.button("Camera off").click();
  await expect(ada.tile("Bruno").locator("video")).toHaveCount(0);
  await expect(ada.tile("Bruno").getByText("B", { exact: false }).first()).toBeVisible();
  await bruno.button("Camera on").click();
  await expectMovingPicture(ada.tile("Bruno"));

  await ada.button("Leave").click();
  await expect(ada.card.getByText("You left the call.")).toBeFocused();
  await bruno.expectAnnounced(/Ada .* left/);
});

test("whoever waits in the lobby is told so, and is admitted or rejected", async ({ open, deployment }) => {
  await setLobby(deployment, "organizer");
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  await joinDaily(bruno);
  await expect(bruno.card.getByText(/^You are in the lobby/)).toBeVisible();
  await expect(bruno.card.getByRole("heading", { name: /Participants/ })).toHaveCount(0);
  await expectAccessible(bruno.page);
  await enterDaily(ada);
  await expect(ada.card.getByRole("heading", { name: "In the lobby (1)" })).toBeVisible();
  await ada.button(/^Reject Bruno/).click();
  await expect(bruno.card.getByText(/denied your request/)).toBeVisible();

  await joinDaily(bruno);
  await ada.expectAnnounced(/Bruno .* is waiting in the lobby/);
  await ada.button(/^Admit Bruno/).click();
  await expect(bruno.card.getByText("You are in the call.")).toBeVisible();
  await expect(ada.tile("Bruno")).toBeVisible();
});

test("hands have an order, and the organizer mutes and removes", async ({ open }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  await enterDaily(ada);
  await enterDaily(bruno);
  await bruno.button("Raise hand").click();
  await ada.expectAnnounced(/Bruno .* raised a hand/);
  await ada.button("Raise hand").click();
  await expect(ada.card.getByText(/^Raised hands in order: Bruno .*, You$/)).toBeVisible();
  await expect(bruno.card.getByText(/^Raised hands in order: You, Ada /)).toBeVisible();
  const actions = ada.button(/^Actions for Bruno/);
  await actions.click();
  await ada.button(/^Lower hand: Bruno/).click();
  await bruno.expectAnnounced("Your hand is down.");
  await ada.button(/^Mute: Bruno/).click();
  await expect(bruno.button("Unmute")).toBeVisible();
  await bruno.expectAnnounced("Another participant muted you.");
  await ada.button(/^Remove: Bruno/).click();
  await expect(bruno.card.getByText(/removed you/)).toBeVisible();
  await expect(ada.card.getByText("Nobody else is here yet.")).toBeVisible();
});

test("a call is held and resumed, and ended for everyone after a question", async ({ open }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  await enterDaily(ada, { camera: true });
  await enterDaily(bruno, { camera: true });
  await bruno.button("Hold").click();
  await expect(bruno.card.getByText("You put the call on hold.")).toBeVisible();
  await expect(bruno.button("Share screen")).toHaveAttribute("aria-disabled", "true");
  await expect(ada.tile("Bruno")).toHaveAccessibleName(/on hold/);
  await ada.expectAnnounced(/Bruno .* put the call on hold/);
  await bruno.button("Resume").click();
  await expect(bruno.card.getByText("You are in the call.")).toBeVisible();
  await expectMovingPicture(ada.tile("Bruno"));

  await expect(bruno.button("End for everyone")).toHaveCount(0);
  await ada.button("End for everyone").click();
  const dialog = ada.page.getByRole("dialog", { name: "End the call for everyone?" });
  await expect(dialog).toBeVisible();
  await expectAccessible(ada.page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(ada.button("End for everyone")).toBeFocused();
  await ada.button("End for everyone").click();
  await dialog.getByRole("button", { name: "End the call" }).click();
  await expect(bruno.card.getByText("The organizer ended the meeting for everyone.")).toBeVisible();
  await expect(ada.card.getByRole("button", { name: "Join", exact: true })).toBeVisible();
});

test("a shared screen is large at every width, and accessible", async ({ open }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  await shareCanvas(bruno.page);
  await enterDaily(ada, { camera: true });
  await enterDaily(bruno, { camera: true });
  await bruno.button("Share screen").click();
  await ada.expectAnnounced(/Bruno .* is sharing a screen/);
  const screen = ada.tile("Screen of Bruno");
  await expectMovingPicture(screen);
  for (const width of [360, 768, 1440, 1920]) {
    await ada.page.setViewportSize({ width, height: 900 });
    // At least most of the card on a phone, and more than half of it beside the list of participants.
    await expect
      .poll(async () => ((await screen.boundingBox())?.width ?? 0) / width)
      .toBeGreaterThan(width < 800 ? 0.75 : 0.5);
    expect(await ada.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await expectAccessible(ada.page);
  }
  await bruno.button("Stop sharing").click();
  await expect(screen).toHaveCount(0);
});

test("keyboard shortcuts do what buttons do, but not while typing, and statistics are shown on demand", async ({
  open,
}) => {
  const ada = await open("ada");
  const bruno = await open("bruno");
  await enterDaily(bruno);
  await enterDaily(ada);
  const { page, card } = ada;
  await expect(ada.button("Mute")).toHaveAttribute("aria-keyshortcuts", "Control+Shift+M");
  await page.keyboard.press("Control+Shift+M");
  await expect(ada.button("Unmute")).toBeVisible();
  await page.keyboard.press("Control+Shift+O");
  await expectMovingPicture(ada.tile("You"));
  await page.keyboard.press("Control+Shift+K");
  await expect(ada.button("Lower hand")).toBeVisible();
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement("input"), { id: "field", ariaLabel: "field" }));
    document.getElementById("field")?.focus();
  });
  await page.keyboard.press("Control+Shift+K");
  await page.evaluate(() => document.getElementById("field")?.remove());
  await page.keyboard.press("Control+Shift+M");
  await expect(ada.button("Mute")).toBeVisible();
  await expect(ada.button("Lower hand")).toBeVisible();

  // Everything else by keyboard too.
  await card.getByText("Keyboard shortcuts", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(card.getByText("Raise or lower your hand")).toBeVisible();
  await card.getByText("Statistics", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(card.getByRole("row", { name: /^Audio received/ })).toBeVisible();
  await expect(card.getByRole("row", { name: /^Camera sent .* × .* fps/ })).toBeVisible();
  await card.getByText("Devices", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(card.getByLabel("Microphone", { exact: true })).not.toHaveValue("");
  await expectAccessible(page);
  await page.keyboard.press("Control+Shift+H");
  await expect(card.getByText("You left the call.")).toBeFocused();
});

test("a video that cannot be shown says so, and is shown after another try", async ({ open }) => {
  const ada = await open("ada");
  await ada.page.evaluate(() => {
    const create = document.createElement.bind(document);
    document.createElement = (name: string) => {
      if (name !== "video") return create(name);
      document.createElement = create;
      throw new Error("no video");
    };
  });
  await enterDaily(ada, { camera: true });
  const again = ada.tile("You").getByRole("button", { name: "Try again to show the video" });
  await expect(again).toBeVisible();
  await expectAccessible(ada.page);
  await again.click();
  await expectMovingPicture(ada.tile("You"));
});

test("a third person has a tile, and everyone else can be muted at once", async ({ open }) => {
  const [ada, bruno, erin] = await Promise.all([open("ada"), open("bruno"), open("erin")]);
  await enterDaily(ada);
  await enterDaily(bruno);
  await enterDaily(erin, { camera: true });
  await expectMovingPicture(ada.tile("Erin"));
  await expectMovingPicture(bruno.tile("Erin"));
  await expect(erin.card.getByRole("heading", { name: "Participants (3)" })).toBeVisible();
  await ada.button("Mute everyone else").click();
  await expect(bruno.button("Unmute")).toBeVisible();
  await expect(erin.button("Unmute")).toBeVisible();
  await expect(ada.button("Mute")).toBeVisible();
});
