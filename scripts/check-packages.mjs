// Part of npm run check: publint and "Are the types wrong?" check every published package as npm would install it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { readArguments } from "./arguments.mjs";
import { packPackages, publishedPackages } from "./pack.mjs";
import { run } from "./processes.mjs";

readArguments({
  command: "node scripts/check-packages.mjs",
  does: "Checks the published packages. Part of npm run check.",
});
const folder = mkdtempSync(join(tmpdir(), "packages-"));
let failures = 0;
try {
  const packed = packPackages(folder);
  for (const { name, manifest } of publishedPackages()) {
    const { tarball } = packed.get(name);
    const { messages } = await publint({ pack: { tarball: readFileSync(tarball) }, strict: true });
    for (const message of messages) console.error(`publint: ${name}: ${formatMessage(message, manifest)}`);
    failures += messages.length;
    // A package that is only a command has no types.
    if (!manifest.exports) continue;
    // All of them are ES modules only, so how CommonJS would resolve them does not matter.
    if ((await run("attw", ["--profile", "esm-only", "--quiet", tarball])) !== 0) {
      await run("attw", ["--profile", "esm-only", "--format", "ascii", tarball]);
      failures += 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(failures === 0 ? 0 : 1);
