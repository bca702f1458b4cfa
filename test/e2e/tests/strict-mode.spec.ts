import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { deploy } from "../support/deployment.ts";
import { expect, test } from "../support/test.ts";
import { TokenPage } from "../support/token-page.ts";

const client = fileURLToPath(new URL("../../../apps/page", import.meta.url));
const output = fileURLToPath(new URL("../.strict-mode", import.meta.url));

// Under StrictMode, React's development build runs effects twice. No request may happen twice.
test("under StrictMode: one sign-in, one exchange, one resumed step", async ({ page, watched }) => {
  watched.expectedErrors.push(/status of 400/);
  await build({
    root: client,
    configFile: `${client}/vite.config.ts`,
    mode: "development",
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"development"' },
    build: {
      outDir: output,
      emptyOutDir: true,
      minify: false,
      sourcemap: false,
      // This test does not join, and bundling and compressing the Calling SDK would take longer than everything else.
      rolldownOptions: { external: /^@azure\/communication-calling$/ },
    },
  });
  const deployment = await deploy({ pageFolder: output });
  const tokenPage = new TokenPage(page, deployment);
  let exchanges = 0;
  let redemptions = 0;
  page.on("request", (request) => {
    if (request.method() !== "POST") return;
    if (request.url().endsWith("/api/token/teams")) exchanges += 1;
    if (/\/oauth2\/v2\.0\/token/.test(request.url())) redemptions += 1;
  });
  await tokenPage.open();
  await tokenPage.signIn();
  expect(redemptions).toBe(1);
  deployment.emulator.tenant("northwharf").mfaRequiredFor = [deployment.emulator.registration("teams").appId];
  await tokenPage.getTokens();
  const notice = await tokenPage.expectFailure("Get the two Entra tokens", "AADSTS50076");
  redemptions = 0;
  await notice.getByRole("button", { name: "Sign in again" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await tokenPage.expectDone("Get the two Entra tokens");
  // The silent attempt that ends in the redirect, and the code of the redirect. Both tokens are then in MSAL's cache.
  expect(redemptions).toBe(2);
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
  expect(exchanges).toBe(1);
  // The page was really a development build.
  const source = await page.locator("script[src]").first().getAttribute("src");
  const script = await page.request.get(new URL(source ?? "", deployment.origin).href);
  expect(await script.text()).toContain("DoubleInvokeEffects");
  await watched.end();
  await deployment.close();
  await rm(output, { recursive: true });
});
