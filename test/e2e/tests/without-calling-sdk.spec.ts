import { readdir, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "@playwright/test";
import { build } from "vite";
import { type Deployment, deploy } from "../support/deployment.ts";
import { expect, test } from "../support/test.ts";
import { TokenPage } from "../support/token-page.ts";
import { watch } from "../support/watch.ts";

const pageFolder = fileURLToPath(new URL("../../../apps/page", import.meta.url));
const output = fileURLToPath(new URL("../.without-calling-sdk", import.meta.url));

test("the build that may be published has no Calling SDK: with Azure it explains how to join, in the emulator it joins", async ({
  page,
  browser,
  watched: watchedAzure,
}) => {
  process.env["CALLING_SDK"] = "none";
  try {
    const options = { outDir: output, emptyOutDir: true, sourcemap: false };
    await build({ root: pageFolder, configFile: `${pageFolder}/vite.config.ts`, logLevel: "silent", build: options });
  } finally {
    delete process.env["CALLING_SDK"];
  }
  const scripts = (await readdir(`${output}/assets`)).filter((name) => name.endsWith(".js"));
  expect(scripts.filter((name) => name.startsWith("microsoft-sdk"))).toEqual([]);
  for (const name of scripts) {
    const code = await readFile(`${output}/assets/${name}`, "utf8");
    // Words of the SDK that the emulator's module has no use for.
    expect(code, name).not.toMatch(/trouter|config\.teams\.microsoft\.com/);
  }

  const azure = await deploy({ pageFolder: output, calling: "azure" });
  const card = await cardAfterExchange(page, azure);
  await expect(card).toContainText("does not include the Calling SDK");
  await expect(card).toContainText("npm start");
  await expect(card.getByRole("button")).toHaveCount(0);
  await watchedAzure.end();
  await azure.close();

  const emulated = await deploy({ pageFolder: output });
  const context = await browser.newContext();
  const watched = watch(context);
  const other = await cardAfterExchange(await context.newPage(), emulated);
  await other.getByRole("button", { name: "Join", exact: true }).click();
  await expect(other.getByText("You are in the call.")).toBeVisible();
  await watched.check();
  await context.close();
  await emulated.close();
  await rm(output, { recursive: true });
});

/** Signs in and exchanges. Returns the card with the calls. */
async function cardAfterExchange(page: Page, deployment: Deployment): Promise<Locator> {
  const tokenPage = new TokenPage(page, deployment);
  await tokenPage.open();
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
  return page.getByRole("listitem").getByRole("region", { name: "Join a Teams meeting", exact: true });
}
