// Part of npm run build: packages/server/dist/bundle.js, the server with its libraries in one file, out of what the compiler made. It
// is a faster way to the same code: packages that only some deployments need stay outside, and users of the server as a
// library import the modules.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { optionalPackages } from "./production-closure.mjs";
import { root } from "./setup.mjs";

const dist = join(root, "packages/server/dist");
const optional = Object.keys(optionalPackages());

const bundle = await rolldown({
  // PGlite's worker is a file of its own beside the code that starts it.
  input: {
    bundle: join(dist, "process.js"),
    "pglite-worker": join(dist, "plugins/acs-users/mappings/pglite-worker.js"),
  },
  platform: "node",
  // The Identity SDK has ES modules only under this name. As CommonJS it would bring all that it needs a second time, beside
  // the ES modules that we import ourselves.
  resolve: { mainFields: ["module", "main"] },
  external: (id) => optional.some((name) => id === name || id.startsWith(`${name}/`)),
  onLog(level, log) {
    if (level === "warn") throw new Error(`bundling the server: ${log.message}`);
  },
});
// All in the folder of the entry, because code that finds files beside it, or two folders up, stood one folder deep as well.
const { output } = await bundle.generate({
  ...{ format: "esm", entryFileNames: "[name].js", chunkFileNames: "bundle-[name].js" },
});
await bundle.close();
// Characters beyond ASCII as escapes: for a single one beyond Latin-1, V8 keeps a whole file with two bytes a character, and
// that is paid in memory and at every start. They stand in texts and comments, where an escape means the same.
for (const { fileName, code } of output) {
  if (/String\.raw`[^`]*[^\0-\x7f]/.test(code))
    throw new Error(`bundling the server: a raw text in ${fileName} is not ASCII`);
  const escaped = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  writeFileSync(join(dist, fileName), escaped);
}
// What main.ts had kept compiled was of the bundle before.
rmSync(join(dist, ".compile-cache"), { recursive: true, force: true });
