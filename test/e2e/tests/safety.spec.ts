import { expect, test } from "../support/test.ts";

const payloads = [
  "<img src=x onerror=globalThis.__ran=1>",
  '"><script>globalThis.__ran=1</script>',
  "javascript:globalThis.__ran=1",
  "{{constructor.constructor('globalThis.__ran=1')()}}",
];

test("a hostile name is shown as text and runs nothing", async ({ tokenPage, deployment }) => {
  const { page } = tokenPage;
  deployment.emulator.user("ada").displayName = payloads.join(" ");
  await tokenPage.signIn();
  await expect(page.getByRole("banner")).toContainText("<img src=x onerror=");
  await tokenPage.getTokens();
  const box = tokenPage.tokenBox("API token");
  await box.getByRole("button", { name: "Show claims" }).click();
  await expect(box.getByRole("row", { name: /^name / })).toContainText("<script>");
  expect(await page.evaluate(() => "__ran" in globalThis)).toBe(false);
});

for (const place of ["", "redirect.html"]) {
  test(`nothing in the address of /${place} leads elsewhere or runs`, async ({ page, deployment, watched }) => {
    watched.expectedErrors.push(/status of 4/);
    const elsewhere: string[] = [];
    page.on("request", (request) => {
      if (request.isNavigationRequest() && new URL(request.url()).origin !== deployment.origin) elsewhere.push("left");
    });
    const evil = "https://evil.example/";
    const state = Buffer.from(JSON.stringify({ id: "x", meta: { interactionType: "redirect" } })).toString("base64");
    const hostile = [
      `?redirect=${evil}&returnUrl=${evil}&next=//evil.example&redirect_uri=${evil}`,
      `#${evil}`,
      `#state=${state}&code=stolen`,
      `#state=${encodeURIComponent(`${state}|${evil}`)}&code=stolen`,
      `#error=access_denied&error_description=${encodeURIComponent(payloads[0] ?? "")}&state=${state}`,
      ...payloads.map((payload) => `?admin_consent=${encodeURIComponent(payload)}#${encodeURIComponent(payload)}`),
    ];
    for (const address of hostile) {
      await page.goto(`${deployment.origin}/${place}${address}`);
      // Each page has finished when it shows something that the user can act on.
      await expect(
        page.getByRole("button", { name: "Sign in", exact: true }).or(page.getByText(/There is no sign-in/)),
      ).toBeVisible();
      expect(new URL(page.url()).origin).toBe(deployment.origin);
      expect(await page.evaluate(() => "__ran" in globalThis)).toBe(false);
    }
    expect(elsewhere).toEqual([]);
  });
}

test("tokens are only in this tab's sessionStorage and memory", async ({ tokenPage, context, deployment }) => {
  const { page } = tokenPage;
  await tokenPage.signIn();
  await tokenPage.getTokens();
  const answered = page.waitForResponse((response) => response.url().endsWith("/api/token/teams"));
  await tokenPage.exchange();
  const { token } = (await (await answered).json()) as { token: string };
  await tokenPage.expectDone("Exchange");
  const stored = await page.evaluate(async () => ({
    session: JSON.stringify({ ...sessionStorage }),
    local: Object.keys(localStorage),
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
  }));
  // The ACS token is only in memory.
  expect(stored.session.includes(token)).toBe(false);
  expect(stored.local.filter((key) => key !== "tte.theme")).toEqual([]);
  expect(stored).toMatchObject({ databases: 0, caches: 0 });
  const cookies = await context.cookies(deployment.origin);
  expect(cookies.filter(({ httpOnly }) => !httpOnly)).toEqual([]);
});
