// Parts of the page that are loaded when they are needed, if that happens late or fails.
import { expect, test } from "../support/test.ts";

test("a step is done only when its token boxes are visible, so that no button moves away from the pointer", async ({
  tokenPage,
  context,
}) => {
  const { page, deployment } = tokenPage;
  await tokenPage.signIn();
  await page.evaluate(() => {
    const look = () => {
      const buttons = [...document.querySelectorAll("button")];
      const mayExchange = buttons.some((button) => button.textContent === "Exchange the tokens" && !button.disabled);
      const boxes = buttons.filter((button) => button.textContent === "Show claims").length;
      if (mayExchange) globalThis.__boxesAtFirst ??= boxes;
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  const teamsToken = page.waitForResponse(async (response) => {
    if (!response.url().startsWith(deployment.emulator.origin)) return false;
    return /ManageCalls/.test(response.request().postData() ?? "");
  });
  await context.route(/TokenBox-/, async (route) => {
    await (await teamsToken).finished();
    await route.fallback();
  });
  await tokenPage.getTokens();
  await tokenPage.expectDone("Get the two Entra tokens");
  expect(await page.evaluate(() => globalThis.__boxesAtFirst)).toBe(2);
});

test("token boxes that cannot be loaded fail their step, which can be tried again", async ({
  tokenPage,
  context,
  watched,
}) => {
  watched.expectedErrors.push(/net::ERR_FAILED/);
  let cut = true;
  await context.route(/TokenBox-/, (route) => (cut ? route.abort() : route.fallback()));
  await tokenPage.signIn();
  await tokenPage.getTokens();
  const notice = await tokenPage.expectFailure("Get the two Entra tokens", "part-not-loaded");
  cut = false;
  await notice.getByRole("button", { name: "Try again" }).click();
  await tokenPage.expectDone("Get the two Entra tokens");
  await expect(tokenPage.tokenBox("Teams token")).toBeVisible();
});

test("a step that cannot be loaded says so in its card, and the rest of the page stays", async ({
  tokenPage,
  context,
  watched,
}) => {
  watched.expectedErrors.push(/net::ERR_FAILED/, /PartNotLoadedError/);
  await context.route(/JoinPanel-/, (route) => route.abort());
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  const card = tokenPage.page.getByRole("listitem").getByRole("region", { name: "Join a Teams meeting", exact: true });
  await expect(card.getByRole("heading", { name: /\(part-not-loaded\)/ })).toBeVisible();
  await tokenPage.expectDone("Exchange");
  await expect(tokenPage.tokenBox("ACS access token")).toBeVisible();
  await context.unroute(/JoinPanel-/);
  await card.getByRole("button", { name: "Try again" }).click();
  await tokenPage.expectDone("Sign in");
});

declare global {
  /** How many token boxes there were when the exchange became possible. */
  var __boxesAtFirst: number | undefined;
}
