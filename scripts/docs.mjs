// npm run docs: generates documents from the code, and the parts of other files that repeat it. Tests fail if they are out of
// date.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { productionPackagesDocument } from "./production-packages.mjs";
import { ensureBuilt, ensureInstalled, node, root, say } from "./setup.mjs";

if (process.argv[2] !== "write") {
  await ensureInstalled();
  await ensureBuilt(["packages"]);
  // The server needs the pinned Node, and this script may run on another.
  const { status } = spawnSync(node, ["scripts/docs.mjs", "write"], { cwd: root, stdio: "inherit" });
  process.exit(status ?? 1);
}

const { describeApi } = await import("../packages/server/dist/describe-api.js");
const { problemsMarkdown } = await import("../packages/server/dist/problems/problems-markdown.js");
const { envExample, settingsMarkdown, withParameterDescriptions } = await import(
  "../packages/server/dist/settings/describe-settings.js"
);
const bicep = "deploy/azure/main.bicep";
const written = {
  "docs/openapi.json": await describeApi(),
  "docs/problems.md": problemsMarkdown(),
  "docs/production-packages.md": productionPackagesDocument(),
  "docs/reference/settings.md": settingsMarkdown(),
  ".env.example": envExample(),
  [bicep]: withParameterDescriptions(readFileSync(join(root, bicep), "utf8")),
};
mkdirSync(join(root, "docs/reference"), { recursive: true });
for (const [path, text] of Object.entries(written)) writeFileSync(join(root, path), text);
say(`Written: ${Object.keys(written).join(", ")}.`);
