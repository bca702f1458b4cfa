import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { build, type Plugin, preview } from "vite";
import { cutOffTeams } from "../support/calling.ts";
import { deploy } from "../support/deployment.ts";
import { expect, test } from "../support/test.ts";
import { consent, pickAccount } from "../support/token-page.ts";

const guide = new URL("../../../docs/guides/build-your-own-client.md", import.meta.url);
// Inside the repository, so that imports find the packages as in a real installation.
const folder = fileURLToPath(new URL("../.guide/", import.meta.url));

/** The files of the guide: a name in backticks at the start of a paragraph, then a code block. */
async function filesOfGuide(): Promise<Map<string, string>> {
  const text = (await readFile(guide, "utf8")).replaceAll("\r\n", "\n");
  const blocks = text.matchAll(/^`([\w.]+)`:[^\n]*\n(?:[^\n]+\n)*\n```\w+\n(.*?)^```/gms);
  return new Map([...blocks].map(([, name = "", code = ""]) => [name, code]));
}

/** The guide's app at an address of its own, with a server that allows it. `build` says how the reader builds it. */
async function serveGuide(mode: "production" | "development") {
  const files = await filesOfGuide();
  const root = `${folder}${mode}`;
  await mkdir(root, { recursive: true });
  for (const [name, code] of files) await writeFile(`${root}/${name}`, code);
  const served = await preview({ root, logLevel: "silent", preview: { port: 0, host: "localhost" } });
  const [address = ""] = served.resolvedUrls?.local ?? [];
  const { origin } = new URL(address);
  const deployment = await deploy({ settings: { ALLOWED_ORIGINS: origin } });
  // A reader of the guide has the server and the emulator at these addresses.
  const addresses: Plugin = {
    name: "addresses",
    transform: (code) =>
      code
        .replaceAll("http://localhost:3000", deployment.origin)
        .replaceAll("http://localhost:9400", deployment.emulator.origin),
  };
  await build({ root, mode, logLevel: "silent", plugins: [addresses] });
  return {
    files,
    origin,
    deployment,
    async close() {
      await served.close();
      await deployment.close();
    },
  };
}

/** Opens the app, joins the meeting and signs in. */
async function join(page: Page, { origin, deployment }: Awaited<ReturnType<typeof serveGuide>>, user: string) {
  await page.goto(origin);
  await page.getByLabel("Meeting link").fill(await linkOfGuide());
  const opening = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Join" }).click();
  const popup = await opening;
  await pickAccount(popup, deployment, user);
  await consent(popup);
}

/** The link that the guide tells to join. */
async function linkOfGuide(): Promise<string> {
  const text = (await readFile(guide, "utf8")).replaceAll("\r\n", "\n");
  return /```text\n(https:\S+)\n```/.exec(text)?.[1] ?? "";
}

test("the guide's app is under 40 lines, builds as it stands, signs in and exchanges", async ({
  page,
  context,
  watched,
}) => {
  await cutOffTeams(context);
  watched.expectedErrors.push(/net::ERR_/, /^ECS - /);
  const guided = await serveGuide("production");
  expect([...guided.files.keys()].sort()).toEqual(["index.html", "main.ts", "redirect.html", "vite.config.ts"]);
  const lines = [...guided.files.values()].join("").split("\n");
  expect(lines.filter((line) => line.trim() !== "").length).toBeLessThan(40);

  const exchange = page.waitForResponse((response) => response.url().endsWith("/api/token/teams"));
  await join(page, guided, "ada");
  expect((await exchange).status()).toBe(200);
  await watched.end();
  await guided.close();
});

test("with the guide's alias, the same app joins the emulator's meeting: two users", async ({
  page,
  browser,
  watched,
}) => {
  const guided = await serveGuide("development");
  await join(page, guided, "ada");
  await expect(page.getByRole("status")).toHaveText("Connected");
  const other = await browser.newContext();
  const brunosPage = await other.newPage();
  await join(brunosPage, guided, "bruno");
  await expect(brunosPage.getByRole("status")).toHaveText("Connected");
  const address = `${guided.deployment.emulator.origin}/emulator/api/calls`;
  const calls = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  expect(JSON.stringify(await calls.json())).toMatch(/Ada Ferrante.*Bruno Okafor/);
  await other.close();
  await watched.end();
  await guided.close();
});
