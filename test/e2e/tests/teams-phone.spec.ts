// Teams Phone Extensibility: the page exchanges directly with ACS, over https, as soon as its user is assigned.
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Deployment } from "../support/deployment.ts";
import { expect, test } from "../support/test.ts";

// The browser of the test does not know the emulator's CA.
test.use({ teamsPhone: true, ignoreHTTPSErrors: true });

const program = fileURLToPath(new URL("../../../packages/cli/dist/main.js", import.meta.url));

/** The command `assign`, as an operator runs it. */
async function assign({ emulator }: Deployment, ...words: string[]): Promise<string> {
  const env = {
    ENTRA_AUTHORITY: emulator.origin,
    ENTRA_TENANT_ID: emulator.tenant("northwharf").id,
    ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
    ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
    ACS_CONNECTION_STRING: emulator.acsConnectionString,
    ALLOW_INSECURE_LOOPBACK: "true",
  };
  const { stdout } = await promisify(execFile)(process.execPath, [program, "assign", ...words], { env, cwd: tmpdir() });
  return stdout;
}

test("exchanges directly after the user has consented and is assigned", async ({ tokenPage, watched }) => {
  const { page, deployment } = tokenPage;
  // The browser logs each refusal: no consent yet (400), no assignment yet (403).
  watched.expectedErrors.push(/status of 40[03]/);
  const { tenantId, oid } = deployment.emulator.user("ada");
  await tokenPage.signIn();
  await tokenPage.getTokens();
  const card = tokenPage.card("Exchange");
  await card.getByRole("radio", { name: /^Directly/ }).check();
  await tokenPage.exchange();

  const consentNotice = await tokenPage.expectFailure("Exchange", "AADSTS65001");
  const opening = page.waitForEvent("popup");
  await consentNotice.getByRole("button", { name: "Grant consent" }).click();
  const popup = await opening;
  await expect(popup.getByText("TeamsExtension.ManageCalls")).toBeVisible();
  await popup.getByRole("button", { name: "Accept", exact: true }).click();

  const refusal = await tokenPage.expectFailure("Exchange", "acs-403");
  expect(await assign(deployment, "user", tenantId, oid)).toContain("is assigned");
  await refusal.getByRole("button", { name: "Try again" }).click();
  await tokenPage.expectDone("Exchange");
  await expect(tokenPage.tokenBox("ACS access token").getByText(/^Expires in/)).toBeVisible();

  const operations = deployment.emulator.requests.map(({ operation }) => operation);
  expect(operations).toContain("TeamsExtension_ExchangeAccessToken");
  expect(operations).not.toContain("CommunicationIdentity_ExchangeTeamsUserAccessToken");
  // This token does not belong to a Teams user, so it cannot join.
  await expect(page.getByRole("button", { name: "Join", exact: true })).toHaveCount(0);
});

test("offers both ways, and the other one uses the server", async ({ tokenPage }) => {
  await tokenPage.signIn();
  await tokenPage.getTokens();
  const card = tokenPage.card("Exchange");
  await card.getByRole("radio", { name: /^Directly/ }).check();
  await card.getByRole("radio", { name: /^By our server/ }).check();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
  const operations = tokenPage.deployment.emulator.requests.map(({ operation }) => operation);
  expect(operations).toContain("CommunicationIdentity_ExchangeTeamsUserAccessToken");
});

test.describe("if it is not offered", () => {
  test.use({ teamsPhone: false });

  test("there is no choice, and none of its code is loaded", async ({ tokenPage }) => {
    const loaded: string[] = [];
    tokenPage.page.on("request", (request) => void loaded.push(request.url()));
    await tokenPage.signIn();
    await tokenPage.getTokens();
    await tokenPage.exchange();
    await tokenPage.expectDone("Exchange");
    await expect(tokenPage.card("Exchange").getByRole("radio")).toHaveCount(0);
    expect(loaded.filter((url) => /WayChoice|direct-exchange/i.test(url))).toEqual([]);
  });
});
