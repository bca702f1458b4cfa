import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";
import { expect, test } from "../support/test.ts";
import { TokenPage } from "../support/token-page.ts";

const budgetBytes = 200_000;

test("everything that the sign-in page loads fits into 200 kB compressed", async ({ page, deployment }) => {
  const loaded: { url: string; bytes: number; wire: number }[] = [];
  const reading: Promise<void>[] = [];
  page.on("response", (response) => {
    const read = async () => {
      const body = await response.body();
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
      const { responseBodySize } = await response.request().sizes();
      loaded.push({ url: response.url(), bytes: brotliCompressSync(body, quality).length, wire: responseBodySize });
    };
    reading.push(read());
  });
  const tokenPage = new TokenPage(page, deployment);
  await tokenPage.open();
  await expect(tokenPage.card("Sign in").getByRole("button", { name: "Sign in by redirect" })).toBeVisible();
  await expect(page.getByRole("log")).toBeVisible();
  await Promise.all(reading);
  const total = loaded.reduce((sum, { bytes }) => sum + bytes, 0);
  const wire = loaded.reduce((sum, { wire: size }) => sum + size, 0);
  test.info().annotations.push({ type: "first load", description: `${total} bytes in brotli, ${wire} on the wire` });
  expect(loaded.some(({ url }) => url.includes("calling-sdk"))).toBe(false);
  expect(total).toBeLessThanOrEqual(budgetBytes);
  // A server that sends the precompressed files meets the budget on the wire as well.
  const script = await page.request.get(loaded.find(({ url }) => /\/main-[\w-]+\.js$/.test(url))?.url ?? "");
  if (script.headers()["content-encoding"]) expect(wire).toBeLessThanOrEqual(budgetBytes);
});

test("scripts are hashed and cached for ever; the page itself is never", async ({ page, deployment }) => {
  const tokenPage = new TokenPage(page, deployment);
  const document = await page.goto(deployment.origin);
  expect(document?.headers()["cache-control"]).toBe("no-store");
  await expect(tokenPage.card("Sign in")).toBeVisible();
  const sources = await page
    .locator("script[src]")
    .evaluateAll((scripts) => scripts.map((script) => script.getAttribute("src")));
  expect(sources.length).toBeGreaterThan(0);
  for (const source of sources) {
    expect(source).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.js$/);
    const answer = await page.request.get(`${deployment.origin}${source}`);
    expect(answer.headers()["cache-control"]).toContain("immutable");
  }
});

test("paints in under a second on a processor four times slower", async ({ page, deployment }) => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto(deployment.origin);
  await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  test.info().annotations.push({ type: "first contentful paint", description: `${painted} ms` });
  expect(painted).toBeLessThan(1000);
});

test("every built script has its brotli and gzip beside it", async ({ page, deployment }) => {
  await page.goto(deployment.origin);
  const source = await page.locator("script[src]").first().getAttribute("src");
  const built = new URL(`../../client/dist${source}`, import.meta.url);
  for (const ending of [".br", ".gz"]) {
    expect((await readFile(new URL(built.href + ending))).length).toBeLessThan((await readFile(built)).length / 2);
  }
});
