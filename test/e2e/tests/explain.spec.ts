// The page that explains tokens gives the same result as the command. It computes it in the browser and stores or sends nothing.
import { expect, test } from "../support/test.ts";

test("names the failing field of two tokens, and neither stores, sends nor shows them", async ({
  page,
  deployment,
}) => {
  const { emulator, origin } = deployment;
  const caller = await emulator.issueToken({ resource: "api", user: "ada" });
  const teams = await emulator.issueToken({ resource: "teams", user: "bruno" });
  const requests: string[] = [];
  page.on("request", (request) => requests.push(`${request.url()} ${request.postData() ?? ""}`));
  await page.goto(`${origin}/explain.html`);
  await page.getByLabel("Caller's token").fill(caller);
  await page.getByLabel("Teams token").fill(teams);
  await page.getByRole("button", { name: "Explain" }).click();

  await expect(page.getByRole("status")).toHaveText("The server would refuse 1 of 2.");
  const refused = page.locator("section").filter({ hasText: "As the Teams token" });
  await expect(refused).toContainText("The Teams token belongs to another user (403, teams-token-other-user)");
  await expect(refused.getByRole("definition").filter({ hasText: /^oid$/ })).toBeVisible();
  await expect(page.getByText("Note:")).toHaveCount(0);

  const said = await page.locator("#result").innerText();
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]));
  for (const fragment of `${caller}.${teams}`.match(/[\w-]{20}/g) ?? []) {
    expect([said, stored, requests.join("\n")].some((text) => text.includes(fragment))).toBe(false);
  }
  expect(requests.filter((request) => request.includes("/api/"))).toEqual([`${origin}/api/config `]);

  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page.getByLabel("Teams token")).toHaveValue("");
  await expect(page.locator("#result")).toBeEmpty();
});

test("accepts valid tokens in either field, and says so", async ({ page, deployment }) => {
  const { emulator, origin } = deployment;
  await page.goto(`${origin}/explain.html`);
  await page.getByLabel("Caller's token").fill(await emulator.issueToken({ resource: "teams", user: "ada" }));
  await page.getByLabel("Teams token").fill(`Bearer ${await emulator.issueToken({ resource: "api", user: "ada" })}`);
  await page.getByRole("button", { name: "Explain" }).click();
  await expect(page.getByRole("status")).toHaveText("The server would accept this.");
});
