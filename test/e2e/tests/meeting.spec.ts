// The way of a newcomer: the ready-made meeting of the emulator, with a second user in a second window.
import type { BrowserContext, Page } from "@playwright/test";
import { expectAccessible } from "../support/axe.ts";
import { cardOf, exchangeAs, test } from "../support/callers.ts";
import { pretendNetwork } from "../support/calling.ts";
import { expect } from "../support/test.ts";
import { TokenPage } from "../support/token-page.ts";

const microsoft = /\.(microsoft|skype|azure|office|microsoftonline)\.(com|net)/;

/** Every address that the pages of a context request or connect to. */
function watchAddresses(context: BrowserContext): string[] {
  const addresses: string[] = [];
  context.on("request", (request) => void addresses.push(request.url()));
  context.on("page", (page) => page.on("websocket", (socket) => void addresses.push(socket.url())));
  return addresses;
}

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, role: "button" | "link", name: string): Promise<void> {
  const element = page.getByRole(role, { name, exact: true });
  await expect(element).toBeVisible();
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await element.evaluate((candidate) => candidate === document.activeElement)) return;
  }
  throw new Error(`${name} cannot be reached by Tab`);
}

test("with the keyboard: Ada joins with one click, and Bruno from the window that the page offers", async ({
  tokenPage,
  context,
  deployment,
}) => {
  const addresses = watchAddresses(context);
  const { page } = tokenPage;
  await exchangeAs(tokenPage, "ada");
  const card = cardOf(page);
  await expect(card.getByText("Emulated meeting: no Teams involved.")).toBeVisible();
  await expect(card.getByText(/1\.8 MB|firewall/)).toHaveCount(0);
  await expectAccessible(page);
  await tabTo(page, "button", "Join");
  await page.keyboard.press("Enter");
  await expect(card.getByText("You are in the call.")).toBeFocused();

  const opening = context.waitForEvent("page");
  await page.keyboard.press("Shift+Tab");
  await tabTo(page, "link", "Open a second window as another user");
  await page.keyboard.press("Enter");
  const second = new TokenPage(await opening, deployment);
  await expect(second.page.getByText(/^This window is for another user/)).toBeVisible();
  expect(new URL(second.page.url()).search).toBe("?account=other");
  const [opener, stored] = await second.page.evaluate(() => [window.opener, JSON.stringify({ ...sessionStorage })]);
  expect(opener).toBeNull();
  expect(stored).not.toMatch(/ada@|accesstoken|refreshtoken/i);
  await exchangeAs(second, "bruno");
  await tabTo(second.page, "button", "Join");
  await second.page.keyboard.press("Enter");
  await expect(cardOf(second.page).getByText("You are in the call.")).toBeFocused();
  await expect(card.getByText(/^Bruno Okafor/).first()).toBeVisible();
  await expect(
    cardOf(second.page)
      .getByText(/^Ada Ferrante/)
      .first(),
  ).toBeVisible();

  // The tokens of the emulator stay on this machine.
  const hosts = new Set(addresses.map((address) => new URL(address).hostname));
  expect([...hosts].filter((host) => microsoft.test(`.${host}`))).toEqual([]);
  expect([...hosts]).toEqual(["localhost"]);
});

test("loads the emulated SDK on Join and not before, in a chunk of its own, and never Microsoft's", async ({
  tokenPage,
}) => {
  const { page } = tokenPage;
  const loaded: string[] = [];
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (!/emulated-sdk|microsoft-sdk|calling-sdk/.test(request.url())) return;
    loaded.push(request.url());
    if (request.url().includes("emulated-sdk"))
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await exchangeAs(tokenPage, "ada");
  await expect(cardOf(page).getByLabel("What to join")).toHaveValue("0");
  expect(loaded).toEqual([]);
  await cardOf(page).getByRole("button", { name: "Join", exact: true }).click();
  await expect(cardOf(page).getByText("You are in the call.")).toBeVisible();
  expect(loaded.some((address) => address.includes("microsoft-sdk"))).toBe(false);
  const [size = Number.NaN] = await Promise.all(sizes);
  expect(size, "compressed bytes of the emulated SDK").toBeLessThan(40_000);
});

test("the browser blocks Microsoft's calling hosts, whatever the page tries", async ({ tokenPage, watched }) => {
  watched.expectedErrors.push(/Content Security Policy/);
  const blocked = await tokenPage.page.evaluate(async () => {
    const found: string[] = [];
    document.addEventListener("securitypolicyviolation", ({ blockedURI }) => found.push(blockedURI));
    const addresses = ["https://api.flightproxy.skype.com/", "https://config.teams.microsoft.com/"];
    for (const address of addresses) await fetch(address).catch(() => {});
    const socket = new WebSocket("wss://trouter.communication.microsoft.com/");
    await new Promise((resolve) => socket.addEventListener("error", resolve));
    return found;
  });
  expect(blocked.map((address) => new URL(address).hostname)).toEqual([
    "api.flightproxy.skype.com",
    "config.teams.microsoft.com",
    "trouter.communication.microsoft.com",
  ]);
});

test("the link works if the meetings cannot be loaded, and they are loaded again", async ({
  tokenPage,
  context,
  deployment,
  watched,
}) => {
  watched.expectedErrors.push(/net::ERR_/);
  let cut = true;
  await context.route(`${deployment.emulator.origin}/calling/meetings`, (route) =>
    cut ? route.abort() : route.fallback(),
  );
  await exchangeAs(tokenPage, "ada");
  const card = cardOf(tokenPage.page);
  await expect(card.getByText("The meetings of the emulator could not be loaded (network-error).")).toBeVisible();
  await expect(card.getByLabel("Meeting link")).toBeVisible();
  cut = false;
  await card.getByRole("button", { name: "Load them again" }).click();
  await expect(card.getByLabel("What to join")).toHaveValue("0");
});

test("says what a computer without a network cannot do", async ({ tokenPage }) => {
  await pretendNetwork(tokenPage.page);
  await tokenPage.open();
  await exchangeAs(tokenPage, "ada");
  const notice = cardOf(tokenPage.page).getByText(/^This computer has no network\./);
  await expect(cardOf(tokenPage.page).getByText("Emulated meeting: no Teams involved.")).toBeVisible();
  await expect(notice).toHaveCount(0);
  await tokenPage.page.evaluate(() => dispatchEvent(new Event("offline")));
  await expect(notice).toContainText("--allow-loopback-in-peer-connection");
  await tokenPage.page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(notice).toHaveCount(0);
});
