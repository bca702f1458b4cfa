// npm run docs: generates documents from the code, and the parts of other files that repeat it. Tests fail if they are out of
// date.
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "./arguments.mjs";
import { commandsDocument } from "./commands-document.mjs";
import { run } from "./processes.mjs";
import { productionPackagesDocument } from "./production-packages.mjs";
import { ensureBuilt, ensureInstalled, say } from "./setup.mjs";
import { node, readText, root } from "./tools.mjs";

readArguments({
  command: "npm run docs",
  does: "Generates the documents that come from the code: settings, commands, problems, API and packages.",
});
await ensureInstalled();
await ensureBuilt(["packages"]);
// The server needs the pinned Node, and this script may run on another.
if (process.execPath !== realpathSync(node)) process.exit(await run("node", ["scripts/docs.mjs"]));

const { describeApi } = await import("../packages/server/dist/describe-api.js");
const { problemsMarkdown } = await import("../packages/server/dist/problems/problems-markdown.js");
const { envExample, settingsMarkdown, withParameterDescriptions } = await import(
  "../packages/server/dist/settings/describe-settings.js"
);
const { tenantsJsonSchema } = await import("../packages/server/dist/settings/tenants-schema.js");
const bicep = "deploy/azure/main.bicep";
const written = {
  "docs/openapi.json": await describeApi(),
  "docs/problems.md": problemsMarkdown(),
  "docs/production-packages.md": productionPackagesDocument(),
  "docs/reference/commands.md": commandsDocument(),
  "docs/reference/settings.md": settingsMarkdown(),
  "docs/tenants.schema.json": tenantsJsonSchema(),
  ".env.example": envExample(),
  [bicep]: withParameterDescriptions(readText(join(root, bicep))),
};
mkdirSync(join(root, "docs/reference"), { recursive: true });
for (const [path, text] of Object.entries(written)) writeFileSync(join(root, path), text);
say(`Written: ${Object.keys(written).join(", ")}.`);
