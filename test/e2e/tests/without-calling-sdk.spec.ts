import { readdir, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { deploy } from "../support/deployment.ts";
import { expect, test } from "../support/test.ts";
import { TokenPage } from "../support/token-page.ts";

const pageFolder = fileURLToPath(new URL("../../../apps/page", import.meta.url));
const output = fileURLToPath(new URL("../.without-calling-sdk", import.meta.url));

test("the build that may be published has no Calling SDK, exchanges, and explains how to join meetings", async ({
  page,
}) => {
  test.slow();
  process.env["CALLING_SDK"] = "none";
  try {
    const options = { outDir: output, emptyOutDir: true, sourcemap: false };
    await build({ root: pageFolder, configFile: `${pageFolder}/vite.config.ts`, logLevel: "silent", build: options });
  } finally {
    delete process.env["CALLING_SDK"];
  }
  const scripts = (await readdir(`${output}/assets`)).filter((name) => name.endsWith(".js"));
  expect(scripts.filter((name) => /^(calling-sdk|sdk\.bundle)/.test(name))).toEqual([]);
  for (const name of scripts) {
    const code = await readFile(`${output}/assets/${name}`, "utf8");
    // The SDK itself has these classes; the page's own code only uses them in the chunk that must be missing.
    expect(code, name).not.toMatch(/\b(VideoStreamRenderer|LocalVideoStream|CallAgentImpl)\b/);
  }

  const deployment = await deploy({ pageFolder: output });
  const tokenPage = new TokenPage(page, deployment);
  await tokenPage.open();
  await tokenPage.signIn();
  await tokenPage.getTokens();
  await tokenPage.exchange();
  await tokenPage.expectDone("Exchange");
  const card = page.getByRole("listitem").getByRole("region", { name: "Join a Teams meeting", exact: true });
  await expect(card).toContainText("does not include the Calling SDK");
  await expect(card).toContainText("npm start");
  await expect(card.getByRole("button")).toHaveCount(0);
  await deployment.close();
  await rm(output, { recursive: true });
});
