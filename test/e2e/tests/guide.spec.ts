import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
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
  const blocks = text.matchAll(/^`([\w.]+)`:[^\n]*\n\n```\w+\n(.*?)^```/gms);
  return new Map([...blocks].map(([, name = "", code = ""]) => [name, code]));
}

test("the guide's app is under 40 lines, builds as it stands, signs in and exchanges", async ({
  page,
  context,
  watched,
}) => {
  test.slow();
  await cutOffTeams(context);
  watched.expectedErrors.push(/net::ERR_/, /^ECS - /);
  const files = await filesOfGuide();
  expect([...files.keys()].sort()).toEqual(["index.html", "main.ts", "redirect.html", "vite.config.ts"]);
  const lines = [...files.values()].join("").split("\n");
  expect(lines.filter((line) => line.trim() !== "").length).toBeLessThan(40);

  await mkdir(folder, { recursive: true });
  for (const [name, code] of files) await writeFile(`${folder}/${name}`, code);
  // A reader of the guide would change only this address.
  const deployed = { endpoint: "" };
  const endpoint: Plugin = {
    name: "endpoint",
    transform: (code, id) =>
      id.endsWith("main.ts") ? code.replace("http://localhost:3000", deployed.endpoint) : undefined,
  };
  const served = await preview({ root: folder, logLevel: "silent", preview: { port: 0, host: "localhost" } });
  const [address = ""] = served.resolvedUrls?.local ?? [];
  const { origin } = new URL(address);
  const deployment = await deploy({ settings: { ALLOWED_ORIGINS: origin } });
  deployed.endpoint = deployment.origin;
  await build({ root: folder, logLevel: "silent", plugins: [endpoint] });

  await page.goto(origin);
  await page.getByLabel("Meeting link").fill("https://teams.microsoft.com/meet/22912345678");
  const opening = page.waitForEvent("popup");
  const exchange = page.waitForResponse((response) => response.url().endsWith("/api/token/teams"));
  await page.getByRole("button", { name: "Join" }).click();
  const popup = await opening;
  await pickAccount(popup, deployment, "ada");
  await consent(popup);
  expect((await exchange).status()).toBe(200);
  await served.close();
  await deployment.close();
});
