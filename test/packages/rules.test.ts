// Installs @teams-token-exchange/rules as npm users do, and runs its README.
import { beforeAll, expect, it } from "vitest";
import { createProject } from "./support/project.ts";
import { firstBlock, installedByReadme } from "./support/readme.ts";

const name = "@teams-token-exchange/rules";
const project = createProject();

beforeAll(async () => {
  await project.install(...installedByReadme(name));
});

it("The code of its README runs", async () => {
  project.write("readme.mjs", firstBlock(name, "js"));
  expect(await project.run("node", ["readme.mjs"])).toEqual({
    status: 0,
    output: expect.stringMatching(/\S/),
  });
});

it("Its main entry loads no other package", async () => {
  project.write(
    "loaded.mjs",
    `import { registerHooks } from "node:module";
    registerHooks({ load(url, context, next) { console.log(url); return next(url, context); } });
    await import("${name}");`,
  );
  const { output } = await project.run("node", ["loaded.mjs"]);
  const loaded = output.split("\n").filter((url) => url.includes("node_modules"));
  expect(loaded.length).toBeGreaterThan(0);
  expect(loaded.filter((url) => !url.includes(`node_modules/${name}/`))).toEqual([]);
});
