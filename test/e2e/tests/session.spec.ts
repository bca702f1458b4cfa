import { expect, test } from "../support/test.ts";
import { consent, pickAccount, TokenPage } from "../support/token-page.ts";

test("two users in two browsers do not see each other", async ({ tokenPage, browser, deployment }) => {
  const other = await browser.newContext();
  const second = new TokenPage(await other.newPage(), deployment);
  await second.open();
  await Promise.all([tokenPage.signIn("ada"), second.signIn("bruno")]);
  for (const one of [tokenPage, second]) {
    await one.getTokens();
    await one.exchange();
    await one.expectDone("Exchange");
  }
  await expect(tokenPage.page.getByRole("banner")).toContainText("Ada Ferrante");
  await expect(second.page.getByRole("banner")).toContainText("Bruno Okafor");
  await tokenPage.page.getByRole("button", { name: "Sign out" }).click();
  await expect(tokenPage.card("Sign in").getByText("Not started")).toBeVisible();
  await second.page.reload();
  await second.expectDone("Sign in");
  await other.close();
});

test("a reload keeps the sign-in and drops the ACS token", async ({ tokenPage }) => {
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
  await tokenPage.page.reload();
  await tokenPage.expectDone("Sign in");
  await expect(tokenPage.tokenBox("ACS access token")).toHaveCount(0);
  await expect(tokenPage.card("Exchange").getByText("Not started")).toBeVisible();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
});

test("a reload in the middle of an exchange leaves a page that works", async ({ tokenPage, context, deployment }) => {
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.expectDone("Get the two Entra tokens");
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await context.route(`${deployment.origin}/api/token/teams`, () => arrived(), { times: 1 });
  await tokenPage.exchange();
  await arrival;
  await tokenPage.page.reload();
  await tokenPage.expectDone("Sign in");
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
});

test("the back button on the sign-in page leads to a page that can start again", async ({ tokenPage, watched }) => {
  // If you go back to Entra ID's page, it says that its request has ended.
  watched.expectedErrors.push(/status of 400/);
  const { page, deployment } = tokenPage;
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Pick an account" })).toBeVisible();
  await page.goBack();
  await expect(tokenPage.card("Sign in").getByText("Not started")).toBeVisible();
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in", exact: true }).click();
  await pickAccount(page, deployment, "ada");
  await consent(page);
  await tokenPage.expectDone("Sign in");
  // The response of Entra ID must not be in the history, where it could be replayed.
  await page.goBack();
  await page.goForward();
  await tokenPage.open();
  await tokenPage.expectDone("Sign in");
});

test("the page starts while the server cannot send the configuration, and continues when it can", async ({
  page,
  deployment,
  watched,
  context,
}) => {
  watched.expectedErrors.push(/net::ERR_/);
  const tokenPage = new TokenPage(page, deployment);
  let down = true;
  await context.route(`${deployment.origin}/api/config`, (route) => (down ? route.abort() : route.fallback()));
  await tokenPage.open();
  await expect(
    page.getByRole("heading", { name: /The exchange server did not respond \(network-error\)/ }),
  ).toBeVisible();
  down = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(tokenPage.card("Sign in").getByText("Not started")).toBeVisible();
});

test("the redirect page, opened directly, says that there is nothing to do", async ({ page, deployment, watched }) => {
  watched.expectedErrors.length = 0;
  await page.goto(`${deployment.origin}/redirect.html`);
  await expect(page.getByRole("status")).toContainText("There is no sign-in to continue here");
  await page.getByRole("link", { name: "Open the page" }).click();
  await expect(page).toHaveURL(`${deployment.origin}/`);
});

test("the redirect page states no refusal to someone who opens a link to it", async ({ page, deployment }) => {
  const description = encodeURIComponent("AADSTS65004: your administrator declined.");
  for (const place of ["?", "#", "?admin_consent=False&"]) {
    await page.goto(`${deployment.origin}/redirect.html${place}error=access_denied&error_description=${description}`);
    await page.reload();
    await expect(page.getByRole("status")).toContainText("There is no sign-in to continue here.");
    await expect(page.locator("body")).not.toContainText(/was not granted|administrator declined|AADSTS|access_denied/);
  }
});
