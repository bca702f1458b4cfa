// Calls between two users in the emulator: ringing, answering, and what happens when nobody does.
import { expectAccessible } from "../support/axe.ts";
import { countConnections, test } from "../support/callers.ts";
import type { Person } from "../support/meeting.ts";
import { expect } from "../support/test.ts";

async function receive({ card, button }: Person): Promise<void> {
  await button("Receive calls").click();
  await expect(card.getByText("Calls to you ring here.", { exact: true })).toBeVisible();
}

/** Calls a user by object ID. */
async function call({ card, button, tokenPage }: Person, user: string): Promise<void> {
  await card.getByLabel("What to join").selectOption("Another Teams user");
  await card.getByLabel("Object ID or phone number").fill(tokenPage.deployment.emulator.user(user).oid);
  await button("Call").click();
}

const ringing = ({ card }: Person, caller: string) => card.getByRole("region", { name: `${caller} is calling` });
const inCall = ({ card }: Person) => card.getByText("You are in the call.");

test("Ada calls Bruno: his page rings, he accepts with video, and both are in the call", async ({ open }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  const connections = await countConnections(bruno.page);
  await receive(bruno);
  expect(await connections()).toEqual({ opened: 1, closed: 0 });
  await call(ada, "bruno");
  await expect(ada.card.getByText("Ringing.")).toBeVisible();
  await expect(ringing(bruno, "Ada Ferrante")).toBeVisible();
  await expect(bruno.page).toHaveTitle("Ada Ferrante is calling");
  await expectAccessible(bruno.page);
  await ringing(bruno, "Ada Ferrante").getByRole("button", { name: "Accept with video" }).click();
  await expect(inCall(ada)).toBeVisible();
  await expect(inCall(bruno)).toBeVisible();
  await expect(bruno.card.getByRole("figure", { name: /^You/ }).locator("video")).toBeVisible();
  await expect(bruno.page).not.toHaveTitle(/calling/);

  // The agent serves the next call too.
  await ada.button("Leave").click();
  await expect(bruno.card.getByText("The call has ended.")).toBeFocused();
  await call(ada, "bruno");
  await ringing(bruno, "Ada Ferrante").getByRole("button", { name: "Accept with audio" }).click();
  await expect(inCall(bruno)).toBeVisible();
  await expect(bruno.card.getByRole("figure", { name: /^You/ }).locator("video")).toHaveCount(0);
  expect(await connections()).toEqual({ opened: 1, closed: 0 });
});

test("Bruno declines, and misses a call", async ({ open, deployment }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  await receive(bruno);
  await call(ada, "bruno");
  await ringing(bruno, "Ada Ferrante").getByRole("button", { name: "Decline" }).click();
  await expect(ada.card.getByText("The call was declined.")).toBeVisible();
  await expect(ringing(bruno, "Ada Ferrante")).toHaveCount(0);
  await expect(bruno.card.getByRole("list", { name: "Notices" })).toHaveCount(0);

  await call(ada, "bruno");
  await expect(ringing(bruno, "Ada Ferrante")).toBeVisible();
  deployment.emulator.clock.move(121);
  await expect(ada.card.getByText("The call was not answered in time.")).toBeVisible();
  await expect(bruno.card.getByText("You missed a call from Ada Ferrante.")).toBeVisible();
  await bruno.button("Dismiss: You missed a call from Ada Ferrante.").click();
  await expect(bruno.card.getByText("You missed a call from Ada Ferrante.")).toHaveCount(0);
});

test("a call is answered in one of two windows", async ({ open }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  const other = await open("bruno", { hasConsented: true });
  await receive(bruno);
  await receive(other);
  await call(ada, "bruno");
  await expect(ringing(other, "Ada Ferrante")).toBeVisible();
  await ringing(bruno, "Ada Ferrante").getByRole("button", { name: "Accept with audio" }).click();
  await expect(inCall(bruno)).toBeVisible();
  await expect(other.card.getByText("The call from Ada Ferrante was answered on another device.")).toBeVisible();
});

test("a second call: the first one is held, comes back, and is left for the next one", async ({ open }) => {
  const [ada, bruno, erin] = await Promise.all([open("ada"), open("bruno"), open("erin")]);
  await receive(bruno);
  await call(ada, "bruno");
  await ringing(bruno, "Ada Ferrante").getByRole("button", { name: "Accept with audio" }).click();
  await expect(inCall(bruno)).toBeVisible();

  await call(erin, "bruno");
  const second = ringing(bruno, "Erin Castellanos");
  await expect(second.getByRole("radio", { name: "is put on hold" })).toBeChecked();
  await expectAccessible(bruno.page);
  await second.getByRole("button", { name: "Accept with audio" }).click();
  await expect(inCall(erin)).toBeVisible();
  await expect(ada.card.getByText("Another participant put the call on hold.")).toBeVisible();
  await bruno.button("Resume: Ada Ferrante").click();
  await expect(inCall(ada)).toBeVisible();
  await expect(erin.card.getByText("Another participant put the call on hold.")).toBeVisible();
  await bruno.button("Leave").click();
  await expect(bruno.card.getByText("You put the call on hold.")).toBeVisible();

  await ada.page.bringToFront();
  await call(ada, "bruno");
  const third = ringing(bruno, "Ada Ferrante");
  await third.getByRole("radio", { name: "ends for you" }).check();
  await third.getByRole("button", { name: "Accept with audio" }).click();
  await expect(inCall(bruno)).toBeVisible();
  await expect(erin.card.getByText("The call has ended.")).toBeVisible();
});

test("both call each other at once", async ({ open }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  await Promise.all([receive(ada), receive(bruno)]);
  await Promise.all([call(ada, "bruno"), call(bruno, "ada")]);
  // Each sees the other's call while its own one is placed or rings.
  await expect(ringing(ada, "Bruno Okafor")).toBeVisible();
  await ringing(ada, "Bruno Okafor").getByRole("button", { name: "Accept with audio" }).click();
  await expect(inCall(bruno)).toBeVisible();
});

test("a call to someone who receives no calls says what to do", async ({ open }) => {
  const ada = await open("ada");
  await call(ada, "bruno");
  await expect(ada.card.getByRole("heading", { name: /The user cannot be reached \(480\/10037\)/ })).toBeVisible();
  await expect(ada.card.getByText(/choose “Receive calls”/)).toBeVisible();
});

test("a new access key ends the call and the receiving, and says why", async ({ open, deployment }) => {
  const ada = await open("ada");
  await receive(ada);
  await ada.card.getByLabel("What to join").selectOption("A meeting by its link");
  await ada.card.getByLabel("Meeting link").fill("https://teams.microsoft.com/meet/212345678901?p=daily1");
  await ada.button("Join").click();
  await expect(inCall(ada)).toBeVisible();
  deployment.emulator.regenerateAccessKey("primary");
  await expect(
    ada.card.getByRole("heading", { name: /The calling service refused the access token \(401\/10009\)/ }),
  ).toBeVisible();
  await expect(ada.card.getByText(/it was revoked/).first()).toBeVisible();
  await expect(ada.card.getByText("Calls to you ring here.")).toHaveCount(0);
});

test("signing out stops the ringing and the connection", async ({ open, deployment }) => {
  const [ada, bruno] = await Promise.all([open("ada"), open("bruno")]);
  await receive(bruno);
  await call(ada, "bruno");
  await expect(ringing(bruno, "Ada Ferrante")).toBeVisible();
  await bruno.page.getByRole("button", { name: "Sign out" }).click();
  // The service waits a moment for a page that only loads again.
  await expect
    .poll(() => {
      deployment.emulator.clock.move(2);
      return ada.card.getByRole("heading", { name: /480\/10037/ }).isVisible();
    })
    .toBe(true);
});
