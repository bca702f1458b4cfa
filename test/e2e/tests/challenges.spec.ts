import { deploy } from "../support/deployment.ts";
import { expect, test } from "../support/test.ts";
import { pickAccount, TokenPage } from "../support/token-page.ts";

const tokens = "Get the two Entra tokens";

test("a second factor for the Teams resource: signs in again and continues the step automatically", async ({
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

test("a claims challenge of our API: the user responds once, and the exchange continues automatically", async ({
  page,
  watched,
}) => {
  watched.expectedErrors.push(/status of 40[01]/);
  // A server that accepts only tokens with the authentication context c1.
  const deployment = await deploy({ settings: { REQUIRED_AUTH_CONTEXTS: "c1" } });
  const tokenPage = new TokenPage(page, deployment);
  await tokenPage.open();
  const answers: number[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith("/api/token/teams")) answers.push(response.status());
  });
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  const notice = await tokenPage.expectFailure("Exchange", "AADSTS50076");
  await notice.getByRole("button", { name: "Sign in again" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await tokenPage.expectDone("Exchange");
  expect(answers).toEqual([401, 200]);
  await watched.end();
  await deployment.close();
});

test("an administrator must consent: the card has the link, and the step works after they consent", async ({
  tokenPage,
  deployment,
  context,
}) => {
  const { page } = tokenPage;
  for (const scope of deployment.emulator.registration("teams").scopes ?? []) scope.adminConsentRequired = true;
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in", exact: true }).click();
  await pickAccount(page, deployment, "ada");
  await page.getByRole("button", { name: /without granting consent/ }).click();
  const notice = tokenPage.failure("Sign in");
  await expect(notice).toContainText("dministrator");
  const link = notice.getByRole("link", { name: /administrator/ });
  const opening = context.waitForEvent("page");
  await link.click();
  const admin = await opening;
  await pickAccount(admin, deployment, "erin");
  await expect(
    admin.getByText("If you granted consent for the whole organization, people can sign in now."),
  ).toBeVisible();
  await admin.close();
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in", exact: true }).click();
  await pickAccount(page, deployment, "ada");
  await tokenPage.expectDone("Sign in");
});
