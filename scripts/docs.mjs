// npm run docs: generates documents from the code: docs/openapi.json, docs/problems.md, docs/production-packages.md.
// Tests fail if they are out of date.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
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
const { problemsMarkdown } = await import("../packages/server/dist/problems/markdown.js");
writeFileSync(join(root, "docs/openapi.json"), await describeApi());
writeFileSync(join(root, "docs/problems.md"), problemsMarkdown());
writeFileSync(join(root, "docs/production-packages.md"), productionPackagesDocument());
say("Written: docs/openapi.json, docs/problems.md, docs/production-packages.md.");
