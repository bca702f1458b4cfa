import { networkInterfaces } from "node:os";
import type { Page } from "@playwright/test";
import { cutOffTeams, isCallingChunk } from "../support/calling.ts";
import { expect, test } from "../support/test.ts";
import type { TokenPage } from "../support/token-page.ts";

const context = JSON.stringify({
  Tid: "5c0ffee0-1111-4a6b-9c3d-2f6f1b7e0001",
  Oid: "0b1ec700-0000-4000-8000-000000000002",
});
const link = `https://teams.microsoft.com/l/meetup-join/19%3ameeting_test%40thread.v2/0?context=${encodeURIComponent(context)}`;

// Microsoft's Calling SDK. meeting.spec.ts has the calls that the emulator makes possible.
test.use({ calling: "azure" });

test.beforeEach(async ({ context, watched }) => {
  await cutOffTeams(context);
  // The browser and the SDK log what they cannot reach.
  watched.expectedErrors.push(/net::ERR_/, /^ECS - Service request failed/);
});

const joinCard = ({ page }: TokenPage) =>
  page.getByRole("listitem").getByRole("region", { name: "Join a Teams meeting", exact: true });

async function readyToJoin(tokenPage: TokenPage, user = "ada"): Promise<void> {
  await tokenPage.signIn(user);
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
}

async function joinMeeting(page: Page): Promise<void> {
  await page.getByLabel("Meeting link").fill(link);
  await page.getByRole("button", { name: "Join", exact: true }).click();
}

test("loads the Calling SDK on Join, and never before", async ({ tokenPage }) => {
  const { page } = tokenPage;
  let loaded = 0;
  page.on("request", (request) => {
    if (isCallingChunk(request)) loaded += 1;
  });
  await readyToJoin(tokenPage);
  await page.getByLabel("Meeting link").fill(link);
  await page.getByRole("button", { name: "Check camera and microphone" }).click();
  await expect(page.getByLabel("Camera", { exact: true })).toBeVisible();
  expect(loaded).toBe(0);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(joinCard(tokenPage).getByText(/^Connecting to Teams/)).toBeVisible();
  expect(loaded).toBe(1);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(joinCard(tokenPage).getByText("Not started")).toBeVisible();
});

test("shows immediately what is wrong with a meeting link, an ID or a user", async ({ tokenPage }) => {
  const { page } = tokenPage;
  await readyToJoin(tokenPage);
  const card = joinCard(tokenPage);
  await card.getByRole("button", { name: "Join", exact: true }).click();
  await expect(card.getByText("Enter the link of a Teams meeting.")).toBeVisible();
  await page.getByLabel("Meeting link").fill("https://evil.example/l/meetup-join/x");
  await expect(card.getByText(/That isn't a Teams link/)).toBeVisible();
  await expect(page.getByLabel("Meeting link")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Meeting link").fill(link);
  await expect(page.getByLabel("Meeting link")).not.toHaveAttribute("aria-invalid", "true");
  await card.getByLabel("What to join").selectOption("A meeting by ID and passcode");
  await page.getByLabel("Meeting ID").fill("12");
  await page.getByLabel("Passcode").focus();
  await expect(card.getByText("A meeting ID has 9 to 16 digits.")).toBeVisible();
  await card.getByLabel("What to join").selectOption("Another Teams user");
  await page.getByLabel("Object ID or phone number").fill("bruno");
  await card.getByRole("button", { name: "Call", exact: true }).click();
  await expect(card.getByText(/Enter an object ID/)).toBeVisible();
});

test("shows the camera and the level of the microphone before a call", async ({ tokenPage }) => {
  const { page } = tokenPage;
  await readyToJoin(tokenPage);
  await page.getByRole("button", { name: "Check camera and microphone" }).click();
  const video = page.getByLabel("Your camera");
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBeGreaterThan(0);
  // The fake microphone beeps.
  const level = page.getByLabel("Microphone level");
  await expect.poll(() => level.evaluate((element: HTMLMeterElement) => element.value)).toBeGreaterThan(0);
  await expect(page.getByLabel("Microphone", { exact: true }).getByRole("option").first()).toHaveText(/ake/);
  const stream = await video.evaluateHandle((element: HTMLVideoElement) => element.srcObject as MediaStream);
  await page.getByRole("button", { name: "Stop the device check" }).click();
  await expect(video).toHaveCount(0);
  await expect
    .poll(() => stream.evaluate((media) => media.getTracks().every((track) => track.readyState === "ended")))
    .toBe(true);
});

test("says that a camera is not allowed", async ({ tokenPage }) => {
  const { page } = tokenPage;
  await readyToJoin(tokenPage);
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await page.getByRole("button", { name: "Check camera and microphone" }).click();
  await expect(page.getByRole("heading", { name: /Camera or microphone is not allowed/ })).toBeVisible();
});

test("says that Teams cannot be reached, and tries again", async ({ tokenPage }) => {
  const hasNetwork = Object.values(networkInterfaces()).some((all) => all?.some(({ internal }) => !internal));
  test.skip(!hasNetwork, "on a machine without any network, the Calling SDK reports 410/3111");
  const { page } = tokenPage;
  await readyToJoin(tokenPage);
  await joinMeeting(page);
  const card = joinCard(tokenPage);
  await expect(card.getByRole("heading", { name: /Teams cannot be reached \(490\// })).toBeVisible();
  await expect(card.getByText("Failed", { exact: true })).toBeVisible();
  await card.getByRole("button", { name: "Try again" }).click();
  await expect(card.getByText(/^Connecting to Teams/)).toBeVisible();
  await expect(card.getByRole("heading", { name: /Teams cannot be reached \(490\// })).toBeVisible();
});

test("refuses the token of an ACS user immediately, with 40231 and advice", async ({ tokenPage, context }) => {
  const { page, deployment } = tokenPage;
  // A server that calls the wrong API returns the token of an ACS user.
  await context.route(`${deployment.origin}/api/token/teams`, async (route) => {
    const response = await route.fetch();
    const { token, expiresOn } = (await response.json()) as { token: string; expiresOn: string };
    const [head, payload = "", signature] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    delete claims["tid"];
    claims["skypeid"] = "acs:resource_user";
    const changed = [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
    await route.fulfill({ response, json: { token: changed, expiresOn } });
  });
  await readyToJoin(tokenPage);
  await joinMeeting(page);
  const card = joinCard(tokenPage);
  await expect(
    card.getByRole("heading", { name: /This is not the token of a Teams user \(403\/40231\)/ }),
  ).toBeVisible();
  await expect(card.getByText(/Use the token that the exchange returns/)).toBeVisible();
});

test("says that the SDK could not be loaded, and loads it on the next attempt", async ({ tokenPage, context }) => {
  const { page } = tokenPage;
  let cut = true;
  await context.route(/calling-sdk-/, (route) => (cut ? route.abort() : route.fallback()));
  await readyToJoin(tokenPage);
  await joinMeeting(page);
  const card = joinCard(tokenPage);
  await expect(card.getByRole("heading", { name: /\(calling-sdk-not-loaded\)/ })).toBeVisible();
  cut = false;
  await card.getByRole("button", { name: "Try again" }).click();
  await expect(card.getByText(/^Connecting to Teams/)).toBeVisible();
});

test("exchanges once for exchange and call together", async ({ tokenPage }) => {
  const { page, deployment } = tokenPage;
  let exchanges = 0;
  page.on("request", (request) => {
    if (request.url() === `${deployment.origin}/api/token/teams`) exchanges += 1;
  });
  await readyToJoin(tokenPage);
  await joinMeeting(page);
  await expect(joinCard(tokenPage).getByText(/^Connecting to Teams/)).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(exchanges).toBe(1);
});

test("signing out in the middle of joining ends it and forgets everything", async ({ tokenPage }) => {
  const { page } = tokenPage;
  await readyToJoin(tokenPage);
  await joinMeeting(page);
  await expect(joinCard(tokenPage).getByText(/^Connecting to Teams/)).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(tokenPage.card("Sign in").getByText("Not started")).toBeVisible();
});
