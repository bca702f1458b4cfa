import type { Page, Request } from "@playwright/test";
import { expect, test } from "../support/test.ts";
import type { TokenPage } from "../support/token-page.ts";

const minute = 60_000;
/** Short compared to the 11 minutes or more between a refresh and the expiry. */
const stepMinutes = 3;

const card = ({ page }: TokenPage) =>
  page.getByRole("listitem").getByRole("region", { name: "Join a Teams meeting", exact: true });

// Emulator, server and page use the emulator's clock, which only the test moves.
test.use({ clockOfEmulator: true });

async function inCall(tokenPage: TokenPage): Promise<() => number[]> {
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  const handedOut = watchTokens(tokenPage.page);
  // The token box and the meetings move the button as they appear. A click at that moment would miss it.
  await tokenPage.expectDone("Exchange");
  await expect(card(tokenPage).getByLabel("What to join")).toHaveValue("0");
  await card(tokenPage).getByRole("button", { name: "Join", exact: true }).click();
  await expect(card(tokenPage).getByText("You are in the call.")).toBeVisible();
  return handedOut;
}

/** The expiry of the latest ACS token that the page got, in milliseconds since 1970. */
function watchExpiry({ page, deployment }: TokenPage): () => number {
  let latest = 0;
  page.on("response", async (response) => {
    if (response.url() !== `${deployment.origin}/api/token/teams` || !response.ok()) return;
    latest = Date.parse(((await response.json()) as { expiresOn: string }).expiresOn);
  });
  return () => latest;
}

/**
 * Moves the clock of all parts, a few minutes at a time. Before the next step, every request ends, and so does a refresh
 * that can succeed. Otherwise a token could expire between two requests of one refresh.
 */
async function pass({ page, deployment }: TokenPage, minutes: number, isFresh = () => true): Promise<void> {
  const open = new Set<Request>();
  const began = (request: Request) => void open.add(request);
  const ended = (request: Request) => void open.delete(request);
  page.on("request", began).on("requestfinished", ended).on("requestfailed", ended);
  for (let passed = 0; passed < minutes; passed += stepMinutes) {
    deployment.emulator.clock.move(stepMinutes * 60);
    await page.clock.fastForward(stepMinutes * minute);
    await expect.poll(() => open.size === 0 && isFresh(), { intervals: [0, 5, 10] }).toBe(true);
  }
  page.off("request", began).off("requestfinished", ended).off("requestfailed", ended);
}

/** Goes to a time in which a new token is overdue, and the calling service does not ask for it yet: 5 to 8 minutes before the expiry. */
async function passUntilOverdue(tokenPage: TokenPage, expiry: number): Promise<void> {
  const left = expiry - tokenPage.deployment.emulator.clock.now();
  await pass(tokenPage, left / minute - 8);
}

/** The expiry of every new token that the calling service received, in milliseconds since 1970. */
function watchTokens(page: Page): () => number[] {
  const expiries: number[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const { type, token } = JSON.parse(String(payload)) as { type: string; token?: string };
      if (token === undefined || (type !== "hello" && type !== "token")) return;
      const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
      const expiry = (JSON.parse(claims) as { exp: number }).exp * 1000;
      // The service asks when a token is about to expire, and can get the same one again.
      if (expiry !== expiries.at(-1)) expiries.push(expiry);
    }),
  );
  return () => expiries;
}

test("a call of a day keeps a good token: no gap, no loop", async ({ tokenPage, deployment }) => {
  const expiry = watchExpiry(tokenPage);
  const handedOut = await inCall(tokenPage);
  const { clock } = deployment.emulator;
  // It runs between the steps: if the page had no new token yet, the service asks again after half a minute.
  clock.unfreeze();
  const start = clock.now();
  // The page replaces its token at least 11 minutes before the expiry, and the service asks for it 5 minutes before.
  const left = (expires = 0) => expires - clock.now();
  await pass(tokenPage, 23 * 60, () => left(expiry()) > 11 * minute && left(handedOut().at(-1)) >= 5 * minute);
  const expiries = handedOut();
  // Each token is replaced before its last 10 minutes, and is valid for at least an hour.
  expect(expiries.length).toBeGreaterThan(16);
  expect(expiries.length).toBeLessThan(32);
  expect(expiries.at(-1)).toBeGreaterThanOrEqual(start + 23 * 60 * minute + 5 * minute);
  expect(expiry()).toBeGreaterThan(start + 23 * 60 * minute + 10 * minute);
  await expect(card(tokenPage).getByText("You are in the call.")).toBeVisible();
  await expect(tokenPage.tokenBox("ACS access token").getByText(/^Expires in/)).toBeVisible();
});

test("the server goes down during a call and comes back: the call continues, and the warning disappears", async ({
  tokenPage,
  deployment,
  watched,
}) => {
  watched.expectedErrors.push(/net::ERR_/);
  const handedOut = await inCall(tokenPage);
  const [first = 0] = handedOut();
  await deployment.stopServer();
  await passUntilOverdue(tokenPage, first);
  await expect(card(tokenPage).getByRole("heading", { name: /\(network-error\)/ })).toBeVisible();
  await expect(card(tokenPage).getByText("You are in the call.")).toBeVisible();
  await deployment.startServer();
  await card(tokenPage).getByRole("button", { name: "Try again", exact: true }).click();
  await expect(card(tokenPage).getByRole("heading", { name: /\(network-error\)/ })).toHaveCount(0);
  await pass(tokenPage, stepMinutes);
  await expect.poll(() => handedOut().at(-1)).toBeGreaterThan(first);
});

test("Entra ID needs the user during a call: they sign in in a pop-up window, and the call continues", async ({
  tokenPage,
  deployment,
  watched,
}) => {
  watched.expectedErrors.push(/status of 400/);
  const handedOut = await inCall(tokenPage);
  const [first = 0] = handedOut();
  deployment.emulator.tenant("northwharf").mfaRequiredFor = [deployment.emulator.registration("teams").appId];
  await passUntilOverdue(tokenPage, first);
  await expect(card(tokenPage).getByRole("heading", { name: /\(AADSTS50076\)/ })).toBeVisible();
  const opening = tokenPage.page.waitForEvent("popup");
  await card(tokenPage).getByRole("button", { name: "Sign in again" }).click();
  const popup = await opening;
  await popup.getByRole("button", { name: "Approve" }).click();
  await expect(card(tokenPage).getByRole("heading", { name: /\(AADSTS50076\)/ })).toHaveCount(0);
  await pass(tokenPage, stepMinutes);
  await expect.poll(() => handedOut().at(-1)).toBeGreaterThan(first);
  await expect(card(tokenPage).getByText("You are in the call.")).toBeVisible();
});
