import { expect, test } from "../support/test.ts";
import { pickAccount } from "../support/token-page.ts";

const tokens = "Get the two Entra tokens";

test("a second factor for the Teams resource: signs in again and goes on with the step by itself", async ({
  tokenPage,
  deployment,
  watched,
}) => {
  watched.expectedErrors.push(/status of 400/);
  await tokenPage.signIn();
  deployment.emulator.tenant("northwharf").mfaRequiredFor = [deployment.emulator.registration("teams").appId];
  await tokenPage.getTokens();
  const notice = await tokenPage.expectFailure(tokens, "AADSTS50076");
  await notice.getByRole("button", { name: "Sign in again" }).click();
  await tokenPage.page.getByRole("button", { name: "Approve" }).click();
  await tokenPage.expectDone(tokens);
});

test("the second factor is refused: the step says so and stays signed in", async ({
  tokenPage,
  deployment,
  watched,
}) => {
  watched.expectedErrors.push(/status of 400/);
  await tokenPage.signIn();
  deployment.emulator.tenant("northwharf").mfaRequiredFor = [deployment.emulator.registration("teams").appId];
  await tokenPage.getTokens();
  await (await tokenPage.expectFailure(tokens, "AADSTS50076")).getByRole("button", { name: "Sign in again" }).click();
  await tokenPage.page.getByRole("button", { name: "Deny" }).click();
  await expect(tokenPage.failure(tokens)).toBeVisible();
  await tokenPage.expectDone("Sign in");
});

test("our API challenges for claims: the person answers once, and the exchange goes on by itself", async ({
  tokenPage,
  deployment,
  context,
  watched,
}) => {
  watched.expectedErrors.push(/status of 40[01]/);
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } });
  const shown: unknown[] = [];
  // A server that admits only tokens with the authentication context c1.
  await context.route(`${deployment.origin}/api/token/teams`, async (route) => {
    const token = route.request().headers()["authorization"]?.split(".")[1] ?? "";
    const { acrs } = JSON.parse(Buffer.from(token, "base64url").toString()) as { acrs?: string[] };
    shown.push(acrs ?? "none");
    if (acrs?.includes("c1")) return route.fallback();
    const body = {
      type: "/problems#insufficient-claims",
      title: "More is needed",
      status: 401,
      detail: "Sign in again.",
      requestId: "r-1",
    };
    return route.fulfill({
      status: 401,
      contentType: "application/problem+json",
      headers: { "www-authenticate": `Bearer realm="", error="insufficient_claims", claims="${btoa(claims)}"` },
      body: JSON.stringify(body),
    });
  });
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  const notice = await tokenPage.expectFailure("Exchange", "AADSTS50076");
  await notice.getByRole("button", { name: "Sign in again" }).click();
  await tokenPage.page.getByRole("button", { name: "Approve" }).click();
  await tokenPage.expectDone("Exchange");
  expect(shown).toEqual(["none", expect.arrayContaining(["c1"])]);
});

test("an administrator must consent: the card has the link, and it works once they did", async ({
  tokenPage,
  deployment,
  context,
}) => {
  const { page } = tokenPage;
  for (const scope of deployment.emulator.registration("teams").scopes ?? []) scope.adminConsentRequired = true;
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in by redirect" }).click();
  await pickAccount(page, deployment, "ada");
  await page.getByRole("button", { name: /without granting consent/ }).click();
  const notice = tokenPage.failure("Sign in");
  await expect(notice).toContainText("dministrator");
  const link = notice.getByRole("link", { name: /administrator/ });
  const opening = context.waitForEvent("page");
  await link.click();
  const admin = await opening;
  await pickAccount(admin, deployment, "erin");
  await expect(admin.getByText("Consent is given for the whole organisation.")).toBeVisible();
  await admin.close();
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in by redirect" }).click();
  await pickAccount(page, deployment, "ada");
  await tokenPage.expectDone("Sign in");
});
