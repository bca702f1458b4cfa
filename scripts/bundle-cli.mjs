// Part of npm run build: bundles the program with its libraries into packages/cli/dist. main.js is the entry. chunks/ has one file
// for each command and files for shared code, so that a start reads only what it needs.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { readArguments } from "./arguments.mjs";
import { optionalPackages } from "./production-closure.mjs";
import { licencesOf, noticesText } from "./third-party-notices.mjs";
import { root } from "./tools.mjs";

readArguments({ command: "node scripts/bundle-cli.mjs", does: "Bundles the program. Part of npm run build." });

const dist = join(root, "packages/cli/dist");
const external = Object.keys(optionalPackages());

/** Puts the text of a Lua script in place of the line that reads its file. */
const inlineScripts = {
  name: "inline-scripts",
  transform(code) {
    const reads = /readFileSync\(new URL\("[^"]*\/(lua\/[\w-]+\.lua)", import\.meta\.url\), "utf8"\)/g;
    return code.replace(reads, (_line, file) =>
      JSON.stringify(readFileSync(join(root, "packages/server", file), "utf8").replaceAll("\r\n", "\n")),
    );
  },
};

const bundle = await rolldown({
  plugins: [inlineScripts],
  input: {
    main: join(root, "packages/cli/src/main.ts"),
    // Also for scripts/readable-log.mjs.
    "readable-log": join(root, "packages/cli/src/demo/readable-log.ts"),
    // PGlite's worker is a separate file next to the code that starts it.
    "pglite-worker": join(root, "packages/server/dist/plugins/acs-users/mappings/pglite-worker.js"),
  },
  platform: "node",
  // The Identity SDK has ES modules only under this name. As CommonJS it would bring its dependencies a second
  // time, next to the ES modules that we import.
  resolve: { mainFields: ["module", "main"] },
  external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
  onLog(level, log) {
    if (level === "warn") throw new Error(`bundling the program: ${log.message}`);
  },
});
const { output } = await bundle.generate({
  format: "esm",
  entryFileNames: ({ name }) => (name === "main" ? "main.js" : "chunks/[name].js"),
  chunkFileNames: "chunks/[name].js",
});
await bundle.close();

// Escapes all characters that are not ASCII. For a single one beyond Latin-1, V8 stores the whole file with two bytes per character,
// which costs memory and time at every start. In texts and comments, an escape means the same.
for (const { fileName, code } of output) {
  if (/String\.raw`[^`]*[^\0-\x7f]/.test(code))
    throw new Error(`bundling the program: a raw text in ${fileName} is not ASCII`);
  const escaped = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  mkdirSync(dirname(join(dist, fileName)), { recursive: true });
  writeFileSync(join(dist, fileName), escaped, { mode: fileName === "main.js" ? 0o755 : 0o644 });
}

// The emulator finds its files beside its code.
for (const folder of ["seed", "static"])
  cpSync(join(root, "packages/emulator", folder), join(dist, folder), { recursive: true });

// What a build before this one left, and the cache of its compiled code. Last, because another process may read the folder.
const written = new Set(output.map(({ fileName }) => fileName));
for (const file of readdirSync(dist, { recursive: true }).map((path) => path.replaceAll("\\", "/")))
  if (file.endsWith(".js") && !file.startsWith("static/") && !written.has(file)) rmSync(join(dist, file));
rmSync(join(dist, ".compile-cache"), { recursive: true, force: true });

const modules = output.flatMap(({ modules: all = {} }) =>
  Object.keys(all).filter((module) => all[module].renderedLength > 0),
);
const notices = noticesText("The program", licencesOf(modules));
const aboutPage = "The notices for the page are in page/THIRD-PARTY-NOTICES.txt.\n";
writeFileSync(join(root, "packages/cli/THIRD-PARTY-NOTICES.txt"), `${aboutPage}${notices}`);
