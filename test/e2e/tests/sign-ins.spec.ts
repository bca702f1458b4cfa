// A worker keeps sign-ins for tests about what follows. Only a test that asks for one may notice.
import { test } from "../support/callers.ts";
import { openPerson } from "../support/meeting.ts";
import { expect } from "../support/test.ts";
import { pickAccount } from "../support/token-page.ts";

test.describe.configure({ timeout: 120_000 });

test("a kept sign-in needs no sign-in page; other browsers and a changed user do", async ({
  open,
  browser,
  tokenPage,
  deployment,
}) => {
  const { emulator, signIns } = deployment;
  await (await open("erin")).page.close();
  await signIns?.begin();
  await (await open("erin")).page.close();
  expect(emulator.requestCount("authorize"), "kept").toBe(0);

  await signIns?.begin();
  await tokenPage.card("Sign in").getByRole("button", { name: "Sign in", exact: true }).click();
  await pickAccount(tokenPage.page, deployment, "erin");
  await expect(tokenPage.page.getByRole("heading", { name: "Permissions requested" })).toBeVisible();

  await signIns?.begin();
  emulator.user("erin").displayName = "Erin Renamed";
  const { page, context } = await openPerson(browser, deployment, "erin");
  await expect(page.getByRole("banner")).toContainText("Erin Renamed");
  await context.close();
});
