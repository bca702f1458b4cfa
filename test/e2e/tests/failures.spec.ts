import { expect, test } from "../support/test.ts";
import { consent, pickAccount } from "../support/token-page.ts";

test("shows a refused consent in the sign-in card; trying again and accepting works", async ({ tokenPage }) => {
  const { page, deployment } = tokenPage;
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in", exact: true }).click();
  await pickAccount(page, deployment, "ada");
  await consent(page, "Cancel");
  const notice = await tokenPage.expectFailure("Sign in", "AADSTS65004");
  await expect(notice).toContainText("Trace ID");
  await expect(notice.getByRole("link", { name: /administrator/ })).toHaveAttribute(
    "href",
    /\/adminconsent\?client_id=/,
  );
  await notice.getByRole("button", { name: "Grant consent" }).click();
  await pickAccount(page, deployment, "ada");
  await consent(page);
  await tokenPage.expectDone("Sign in");
});

test("shows a refused consent of the pop-up window too", async ({ tokenPage }) => {
  const { page, deployment } = tokenPage;
  const opening = page.waitForEvent("popup");
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in in a pop-up window" }).click();
  const popup = await opening;
  await pickAccount(popup, deployment, "ada");
  await consent(popup, "Cancel");
  await tokenPage.expectFailure("Sign in", "AADSTS65004");
});

test("tells a user without a Teams licence what is missing", async ({ tokenPage, watched }) => {
  watched.expectedErrors.push(/status of 403/);
  await tokenPage.signIn("chen");
  await tokenPage.getTokens();
  await tokenPage.expectDone("Get the two Entra tokens");
  await tokenPage.exchange();
  const notice = await tokenPage.expectFailure("Exchange", "teams-token-rejected");
  await expect(notice).toContainText("license");
  await expect(notice).toContainText("ACS code");
  await expect(notice).toContainText("Request ID");
  await notice.getByRole("button", { name: "Sign out and switch user" }).click();
  await expect(tokenPage.card("Sign in").getByText("Not started")).toBeVisible();
});

test("says that the browser blocked the sign-in window", async ({ tokenPage }) => {
  await tokenPage.page.evaluate(() => {
    globalThis.open = () => null;
  });
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in in a pop-up window" }).click();
  const notice = await tokenPage.expectFailure("Sign in", "popup_window_error");
  await expect(notice).toContainText("Allow pop-up windows");
});

test("copies the details of a failure without any name", async ({ tokenPage, context, watched }) => {
  watched.expectedErrors.push(/status of 403/);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await tokenPage.signIn("chen");
  await tokenPage.getTokens();
  await tokenPage.exchange();
  const notice = await tokenPage.expectFailure("Exchange", "teams-token-rejected");
  await notice.getByRole("button", { name: "Copy details" }).click();
  await expect(notice.getByRole("status")).toHaveText("Copied");
  const details = await tokenPage.page.evaluate(() => navigator.clipboard.readText());
  expect(details).toContain("Code: teams-token-rejected");
  expect(details).toMatch(/Request ID: [0-9a-f-]{36}/);
  expect(details).not.toContain("chen");
});

test("stops waiting for a closed pop-up window after Cancel", async ({ tokenPage }) => {
  const { page, deployment } = tokenPage;
  const card = tokenPage.card("Sign in");
  const opening = page.waitForEvent("popup");
  await card.getByRole("button", { name: "Sign in in a pop-up window" }).click();
  const popup = await opening;
  await popup.close();
  await card.getByRole("button", { name: "Cancel" }).click();
  const openingAgain = page.waitForEvent("popup");
  await card.getByRole("button", { name: "Sign in in a pop-up window" }).click();
  const second = await openingAgain;
  await pickAccount(second, deployment, "ada");
  await consent(second);
  await tokenPage.expectDone("Sign in");
});

test("says that the server is down, and continues when it is back", async ({ tokenPage, watched }) => {
  watched.expectedErrors.push(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.expectDone("Get the two Entra tokens");
  await expect(tokenPage.tokenBox("Teams token")).toBeVisible();
  await tokenPage.deployment.stopServer();
  await tokenPage.exchange();
  const notice = await tokenPage.expectFailure("Exchange", "network-error");
  await tokenPage.deployment.startServer();
  await notice.getByRole("button", { name: "Try again" }).click();
  await tokenPage.expectDone("Exchange");
});
