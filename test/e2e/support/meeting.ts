// Meetings with several people: each has a browser context, signs in to the same deployment and joins with the page.
import type { Browser, BrowserContext, Locator, Page } from "@playwright/test";
import type { Deployment } from "./deployment.ts";
import { expect } from "./test.ts";
import { TokenPage } from "./token-page.ts";
import { type Watch, watch } from "./watch.ts";

/** The meeting of the emulator's seed, by its short link. Ada organizes it. */
export const daily = "https://teams.microsoft.com/meet/212345678901?p=daily1";

/** Someone with the page open. */
export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly tokenPage: TokenPage;
  readonly watched: Watch;
  /** The card with the call. */
  readonly card: Locator;
  /** A button of the call. */
  button(name: string | RegExp): Locator;
  /** A tile of the call, by the start of its name. */
  tile(name: string): Locator;
  /** Whether screen readers hear this. */
  expectAnnounced(text: string | RegExp): Promise<void>;
}

/** Opens the page in a new browser context, and goes up to the exchanged token. Uses a sign-in that the worker keeps. */
export async function openPerson(
  browser: Browser,
  deployment: Deployment,
  user: string,
  options?: { hasConsented: boolean },
): Promise<Person> {
  const context = await browser.newContext({ permissions: ["camera", "microphone"] });
  const watched = watch(context);
  const page = await context.newPage();
  await keepAnnouncements(page);
  const tokenPage = new TokenPage(page, deployment);
  if (deployment.signIns) await deployment.signIns.open(tokenPage, user, options);
  else {
    await tokenPage.open();
    await tokenPage.signIn(user, options);
  }
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
  const card = page.getByRole("listitem").getByRole("region", { name: "Join a Teams meeting", exact: true });
  return {
    page,
    context,
    tokenPage,
    watched,
    card,
    button: (name) => card.getByRole("button", typeof name === "string" ? { name, exact: true } : { name }),
    tile: (name) => card.getByRole("figure", { name: new RegExp(`^${name}`) }),
    expectAnnounced: (text) => expectAnnounced(page, text),
  };
}

/** Joins the daily meeting. Returns in the lobby too. */
export async function joinDaily({ page, card }: Person, { camera = false } = {}): Promise<void> {
  await card.getByLabel("What to join").selectOption("A meeting by its link");
  await card.getByLabel("Meeting link").fill(daily);
  await card.getByLabel("Camera on").setChecked(camera);
  await card.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.locator("[data-in-call]")).toBeVisible();
}

/** Joins the daily meeting, and waits until the person is in it. */
export async function enterDaily(person: Person, options: { camera?: boolean } = {}): Promise<void> {
  await joinDaily(person, options);
  await expect(person.card.getByText("You are in the call.")).toBeVisible();
}

/** Decides who waits in the lobby of the daily meeting: nobody, or everyone but the organizer. */
export async function setLobby({ emulator }: Deployment, lobbyBypass: "everyone" | "organizer"): Promise<void> {
  const response = await fetch(`${emulator.origin}/emulator/api/put`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "meetings", value: { id: "19:meeting_ZGFpbHk@thread.v2", lobbyBypass } }),
  });
  expect(response.ok, "the emulator changed the meeting").toBe(true);
}

/** Lets the page share a canvas that changes five times a second, because a headless browser has no screen to choose. */
export async function shareCanvas(page: Page): Promise<void> {
  await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
    let frame = 0;
    setInterval(() => {
      frame += 1;
      const context = canvas.getContext("2d");
      if (context === null) return;
      context.fillStyle = `hsl(${frame % 360} 60% 50%)`;
      context.fillRect(0, 0, 1280, 720);
    }, 200);
    navigator.mediaDevices.getDisplayMedia = async () => canvas.captureStream(5);
  });
}

/** Expects a video in a tile, and that its picture changes. */
export async function expectMovingPicture(tile: Locator): Promise<void> {
  const video = tile.locator("video");
  await expect(video).toBeVisible();
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBeGreaterThan(0);
  const picture = () =>
    video.evaluate((element: HTMLVideoElement) => {
      const canvas = document.createElement("canvas");
      canvas.width = 64;
      canvas.height = 36;
      const context = canvas.getContext("2d");
      context?.drawImage(element, 0, 0, 64, 36);
      return context?.getImageData(0, 0, 64, 36).data.join() ?? "";
    });
  const first = await picture();
  await expect.poll(async () => (await picture()) !== first, { message: "the picture changes" }).toBe(true);
}

/** Remembers every text of a live region, because the next one replaces it. */
async function keepAnnouncements(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(globalThis, { __announced: said });
    new MutationObserver(() => {
      for (const region of document.querySelectorAll('[role="status"]')) {
        const text = region.textContent ?? "";
        if (text !== "" && !said.includes(text)) said.push(text);
      }
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
}

async function expectAnnounced(page: Page, text: string | RegExp): Promise<void> {
  const matches = (said: string) => (typeof text === "string" ? said.includes(text) : text.test(said));
  await expect
    .poll(
      async () =>
        (await page.evaluate(() => (globalThis as { __announced?: string[] }).__announced ?? [])).some(matches),
      {
        message: `announced: ${text}`,
      },
    )
    .toBe(true);
}
