import { expect, test } from "../support/test.ts";
import { TokenPage } from "../support/token-page.ts";
import { watch } from "../support/watch.ts";

// Makes each leak on purpose, to prove that the watch notices it.
const leaks: Readonly<Record<string, (token: string) => void>> = {
  "the document": (token) => document.body.setAttribute("data-left-behind", token),
  localStorage: (token) => localStorage.setItem("left", token),
  "the console": (token) => {
    const { console: output } = globalThis;
    output.info(token);
  },
  "the address bar": (token) => history.replaceState(null, "", `#${token}`),
};

for (const [place, leak] of Object.entries(leaks)) {
  test(`a token in ${place} is noticed`, async ({ browser, deployment }) => {
    const context = await browser.newContext();
    const watched = watch(context);
    const tokenPage = new TokenPage(await context.newPage(), deployment);
    await tokenPage.open();
    const exchanged = context.waitForEvent("response", (response) => response.url().endsWith("/api/token/teams"));
    await tokenPage.signIn();
    await tokenPage.getTokens();
    await tokenPage.exchange();
    const { token } = (await (await exchanged).json()) as { token: string };
    await tokenPage.expectDone("Exchange");
    await watched.check();
    await tokenPage.page.evaluate(leak, token);
    await expect(watched.check()).rejects.toThrow(`a token is in ${place}`);
    await context.close();
  });
}

test("a violation of the content security policy is noticed", async ({ browser, deployment }) => {
  const context = await browser.newContext();
  const watched = watch(context);
  const page = await context.newPage();
  await page.goto(deployment.origin);
  const violated = page.waitForEvent("console");
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
  });
  await violated;
  await expect(watched.check()).rejects.toThrow("errors in the console");
  await context.close();
});
