// Tests the control page as a user does: 360 px wide, dark, only by keyboard.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { connectAs } from "./calling-client.ts";
import { launchChromium, patienceMs } from "./chromium.ts";

let emulator: Emulator;
let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  [emulator, browser] = await Promise.all([startEmulator(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await emulator.close();
});
beforeEach(async () => {
  emulator.reset();
  problems.length = 0;
  page = await browser.newPage({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  page.setDefaultTimeout(patienceMs);
  page.on("console", (message) => void (message.type() === "error" && problems.push(message.text())));
  page.on("pageerror", (error) => void problems.push(error.message));
  await page.goto(`${emulator.origin}/emulator`);
});

/** Presses Tab until the control with this name has the focus, and then Enter. */
async function pressByKeyboard(name: RegExp): Promise<void> {
  const target = page.getByRole("button", { name }).first();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      await page.keyboard.press("Enter");
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way to ${name} by Tab`);
}

const expectStatus = (text: string) => page.getByRole("status").getByText(text, { exact: true }).waitFor();

async function authorize(): Promise<void> {
  const query = new URLSearchParams({
    client_id: emulator.registration("spa").appId,
    response_type: "code",
    redirect_uri: "http://localhost:3000/",
    scope: `api://${emulator.registration("api").appId}/access_as_user`,
    code_challenge: "x".repeat(43),
    code_challenge_method: "S256",
  });
  await page.goto(`${emulator.origin}/${emulator.tenant("northwharf").id}/oauth2/v2.0/authorize?${query}`);
}

it("is dark, needs no horizontal scrolling and does not violate its own policy", async () => {
  const { scroll, width, background } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    width: document.documentElement.clientWidth,
    background: getComputedStyle(document.body).backgroundColor,
  }));
  expect(scroll).toBeLessThanOrEqual(width);
  expect(background).toBe("rgb(27, 26, 25)");
  await pressByKeyboard(/^Freeze/);
  await expectStatus("Clock changed.");
  expect(problems).toEqual([]);
});

it("makes a consent fail", async () => {
  await pressByKeyboard(/Disable user consent in North Wharf/);
  await expectStatus("Saved.");
  // The focus stays on the button, which now has the opposite label.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Enable user consent/);
  await authorize();
  await page.getByRole("button", { name: /Ada/ }).click();
  await page.getByRole("heading", { name: "Need admin approval" }).waitFor();
  expect(emulator.requests.at(-1)?.reason).toContain("AADSTS90094");
});

it("moves the clock past the expiry of a token", async () => {
  await page.getByLabel("Resource").selectOption("teams");
  await pressByKeyboard(/^Issue$/);
  await expectStatus("Token issued.");
  const token = await page.getByLabel("Token", { exact: true }).inputValue();
  expect(token).toMatch(/^ey/);
  await pressByKeyboard(/^\+2 h/);
  await expectStatus("Clock changed.");
  expect(emulator.clock.now()).toBeGreaterThan(Date.now() + 7_100_000);
});

it("adds a fault, and shows the fault and the reasons for refusals in the log", async () => {
  await page.getByLabel("Operation").selectOption("discovery");
  await pressByKeyboard(/^Add fault/);
  await expectStatus("Fault added.");
  const address = `${emulator.origin}/common/v2.0/.well-known/openid-configuration`;
  expect((await fetch(address)).status).toBe(503);
  await pressByKeyboard(/^Clear all faults/);
  await expectStatus("Faults cleared.");
  expect((await fetch(`${emulator.origin}/nowhere.example/discovery/v2.0/keys`)).status).toBe(400);
  await page.reload();
  const log = page.getByRole("region", { name: "Request log" });
  await log.getByText("fault: status").waitFor();
  await log.getByText(/AADSTS90002/).waitFor();
  await log.getByText(/^HTTP: \d+ connections \(\d+ open\)\. HTTPS: no connections\./).waitFor();
});

it("exports the whole state as a file and imports it again", async () => {
  const [download] = await Promise.all([page.waitForEvent("download"), pressByKeyboard(/^Export$/)]);
  const file = await download.path();
  await pressByKeyboard(/Remove licence of ada/);
  await expectStatus("Saved.");
  expect(emulator.user("ada").servicePlans).not.toContain("TEAMS1");
  await page.getByLabel("Import a state").setInputFiles(file);
  await expectStatus("State imported.");
  expect(emulator.user("ada").servicePlans).toContain("TEAMS1");
  expect(problems).toEqual([]);
});

it("explains what is wrong with the input", async () => {
  await page.getByLabel(/^Entry \(JSON/).fill('{"oid":"x","tenantId":"nowhere","name":"zoe"}');
  await page.getByRole("button", { name: "Save entry" }).click();
  await page.getByRole("status").getByText("unknown tenant").waitFor();
  expect(emulator.users.some((user) => user.name === "zoe")).toBe(false);
});

it.each(["sign-in", "consent"])("shows the %s page without horizontal scrolling", async (which) => {
  await authorize();
  if (which === "consent") await page.getByRole("button", { name: /Ada/ }).click();
  const fits = await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
  expect(fits).toBe(true);
  expect(await page.locator("script").count()).toBe(0);
});

it("creates a meeting, shows who is in it and in its lobby, admits and removes them", async () => {
  await page.getByLabel("Name of a new meeting").fill("review");
  await page.getByLabel("Who skips the lobby").selectOption("organizer");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expectStatus("Meeting created.");
  const { meetingLink } = emulator.calls().meetings.find(({ name }) => name === "review") ?? { meetingLink: "" };
  const [ada, bruno] = await Promise.all([connectAs(emulator, "ada"), connectAs(emulator, "bruno")]);
  ada.join({ meetingLink });
  const leg = bruno.join({ meetingLink });
  await ada.call(({ lobby }) => lobby.length === 1);
  await page.reload();
  await pressByKeyboard(/^Admit Bruno Okafor$/);
  await expectStatus("Admitted.");
  await bruno.call(({ state }) => state === "Connected");
  await page.getByRole("button", { name: "Remove Bruno Okafor" }).click();
  await expectStatus("Participant removed.");
  expect(await bruno.ended(leg)).toBe("0/5300");
  await page.getByLabel("Ring a user").selectOption("ada");
  await page.getByRole("button", { name: "Ring", exact: true }).click();
  await expectStatus("The call rings.");
  await ada.next("ring");
  expect(problems).toEqual([]);
});
