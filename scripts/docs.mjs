// npm run docs: writes what is generated from the code: docs/openapi.json, docs/problems.md, docs/production-packages.md.
// Tests fail where they are older than the code.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { productionPackagesDocument } from "./production-packages.mjs";
import { ensureBuilt, ensureInstalled, node, root, say } from "./setup.mjs";

if (process.argv[2] !== "write") {
  await ensureInstalled();
  await ensureBuilt(["packages"]);
  // The server runs on the pinned Node, whatever runs this.
  const { status } = spawnSync(node, ["scripts/docs.mjs", "write"], { cwd: root, stdio: "inherit" });
  process.exit(status ?? 1);
}

const { describeApi } = await import("../packages/server/dist/describe-api.js");
const { problemsMarkdown } = await import("../packages/server/dist/problems/markdown.js");
writeFileSync(join(root, "docs/openapi.json"), await describeApi());
writeFileSync(join(root, "docs/problems.md"), problemsMarkdown());
writeFileSync(join(root, "docs/production-packages.md"), productionPackagesDocument());
say("Written: docs/openapi.json, docs/problems.md, docs/production-packages.md.");
