// Finding colleagues in Microsoft Graph, and calling several of them.
import { expectAccessible } from "../support/axe.ts";
import { test } from "../support/callers.ts";
import { expect } from "../support/test.ts";

test("asks for consent at the first search only, and calls two colleagues", async ({ open, deployment }) => {
  const [ada, bruno, erin] = await Promise.all([open("ada"), open("bruno"), open("erin")]);
  ada.watched.expectedErrors.push(/status of 400/);
  for (const { button, card } of [bruno, erin]) {
    await button("Receive calls").click();
    await expect(card.getByText("Calls to you ring here.", { exact: true })).toBeVisible();
  }
  await ada.card.getByLabel("What to join").selectOption("Another Teams user");
  expect(deployment.emulator.requestCount("User_List")).toBe(0);
  const search = ada.card.getByLabel("Find a colleague by name or sign-in name");
  await search.fill("bru");
  await search.press("Enter");
  await expect(ada.card.getByRole("heading", { name: /AADSTS65001/ })).toBeVisible();
  const opening = ada.page.waitForEvent("popup");
  await ada.button("Grant consent").click();
  const popup = await opening;
  await expect(popup.getByText("User.ReadBasic.All")).toBeVisible();
  await popup.getByRole("button", { name: "Accept", exact: true }).click();

  await expect(ada.card.getByText("1 person was found.")).toBeVisible();
  await ada.button("Add Bruno Okafor").press("Enter");
  await expect(ada.button("Bruno Okafor is added")).toBeFocused();
  await search.fill("erin@northwharf");
  await ada.button("Find").click();
  await ada.button("Add Erin Castellanos").click();
  await expect(ada.card.getByRole("list", { name: "You call" }).getByRole("listitem")).toHaveCount(2);
  await search.fill("nobody");
  await ada.button("Find").click();
  await expect(ada.card.getByText("Nobody was found. Check the spelling.")).toBeVisible();
  await expectAccessible(ada.page);

  await ada.button("Call").click();
  for (const { card } of [bruno, erin]) {
    await card
      .getByRole("region", { name: "Ada Ferrante is calling" })
      .getByRole("button", { name: "Accept with audio" })
      .click();
    await expect(card.getByText("You are in the call.")).toBeVisible();
  }
  await expect(ada.card.getByRole("heading", { name: "Participants (3)" })).toBeVisible();
});

test("a phone number is called as it is, with a note about its support", async ({ open }) => {
  const ada = await open("ada");
  await ada.card.getByLabel("What to join").selectOption("Another Teams user");
  await expect(ada.card.getByText(/does not promise support .* 2028/)).toBeVisible();
  await ada.card.getByLabel("Object ID or phone number").fill("425 555 0123");
  await ada.button("Call").click();
  await expect(ada.card.getByText(/starts with \+ and the country code/)).toBeVisible();
  await ada.card.getByLabel("Object ID or phone number").fill("+1 (425) 555-0123");
  await ada.button("Add").click();
  await expect(ada.card.getByRole("list", { name: "You call" })).toContainText("+14255550123");
  await ada.button("Remove +14255550123").click();
  await expect(ada.card.getByRole("list", { name: "You call" })).toHaveCount(0);
});
