import { expect, test } from "../support/test.ts";
import { consent, pickAccount } from "../support/token-page.ts";

test("signs in by redirect, consents to both resources, gets both tokens and exchanges them", async ({ tokenPage }) => {
  const { page, deployment } = tokenPage;
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in", exact: true }).click();
  await pickAccount(page, deployment, "ada");
  for (const scope of ["access_as_user", "Teams.ManageCalls", "Teams.ManageChats"]) {
    await expect(page.getByText(scope)).toBeVisible();
  }
  await consent(page);

  await tokenPage.expectDone("Sign in");
  await expect(page.getByRole("banner")).toContainText("Ada Ferrante");
  await tokenPage.getTokens();
  await tokenPage.expectDone("Get the two Entra tokens");
  await expect(tokenPage.tokenBox("API token").getByText(/^Expires in/)).toBeVisible();
  await expect(tokenPage.tokenBox("Teams token").getByText(/^Expires in/)).toBeVisible();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
  await expect(tokenPage.tokenBox("ACS access token").getByText(/^Expires in/)).toBeVisible();
});

test("signs in in a pop-up window and exchanges", async ({ tokenPage }) => {
  const { page } = tokenPage;
  const opening = page.waitForEvent("popup");
  const closing = opening.then((popup) => popup.waitForEvent("close"));
  await tokenPage.signInByPopup("bruno");
  await closing;
  await tokenPage.getTokens();
  await tokenPage.expectDone("Get the two Entra tokens");
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
});

test("sends each token once, in the right place", async ({ tokenPage }) => {
  const { page } = tokenPage;
  await tokenPage.signIn();
  await tokenPage.getTokens();
  const requests: { authorization: string; body: string }[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname !== "/api/token/teams") return;
    requests.push({ authorization: request.headers()["authorization"] ?? "", body: request.postData() ?? "" });
  });
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
  expect(requests).toHaveLength(1);
  const audience = (token: string) =>
    (JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { aud: string }).aud;
  const [request] = requests;
  const { teamsUserToken } = JSON.parse(request?.body ?? "{}") as { teamsUserToken: string };
  expect(audience(request?.authorization.replace("Bearer ", "") ?? "")).toBe(
    tokenPage.deployment.emulator.registration("api").appId,
  );
  expect(audience(teamsUserToken)).toBe("https://auth.msft.communication.azure.com");
});

test("shows a token only when asked, with its claims and what they mean", async ({ tokenPage }) => {
  await tokenPage.signIn();
  await tokenPage.getTokens();
  const box = tokenPage.tokenBox("Teams token");
  await expect(box).toContainText("••••");
  await box.getByRole("button", { name: "Show", exact: true }).click();
  await expect(box.getByRole("region", { name: "Teams token in full" })).toHaveText(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
  await box.getByRole("button", { name: "Show claims" }).click();
  await expect(box.getByRole("region", { name: "Teams token in full" })).toHaveCount(0);
  await expect(box.getByRole("row", { name: /^scp / })).toContainText("Teams.ManageCalls");
  await expect(box.getByRole("row", { name: /^scp / })).toContainText("The permissions of the token");
  await expect(box).toContainText("The signature is not checked here");
  await box.getByRole("button", { name: "Hide claims" }).click();
});

test("copies a token and says so", async ({ tokenPage, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await tokenPage.signIn();
  await tokenPage.getTokens();
  const box = tokenPage.tokenBox("API token");
  await box.getByRole("button", { name: "Copy" }).click();
  await expect(box.getByRole("status")).toHaveText("API token copied");
  expect(await tokenPage.page.evaluate(() => navigator.clipboard.readText())).toMatch(/^eyJ/);
});

test("signs out here and at Entra ID, and forgets every token", async ({ tokenPage }) => {
  const { page, deployment } = tokenPage;
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(tokenPage.card("Sign in").getByText("Not started")).toBeVisible();
  expect(new URL(page.url()).origin).toBe(deployment.origin);
  await expect(tokenPage.card("Exchange").getByRole("button")).toBeDisabled();
  const storage = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  expect(storage).not.toMatch(/accesstoken|refreshtoken|idtoken/i);
});
