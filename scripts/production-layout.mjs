// npm run layout -- <folder> [optional package …]: writes the files of a production installation: the build output, and a
// package.json and lockfile with only the production packages. `npm ci --omit=dev` in that folder completes it. The Dockerfile
// does the same. "all" means all optional packages.
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readArguments } from "./arguments.mjs";
import { optionalPackages, productionClosure, productionDependencies } from "./production-closure.mjs";
import { say } from "./setup.mjs";
import { root } from "./tools.mjs";

/** Fields that describe a package's role in this repository, which differs in the layout. */
const notesOfThisTree = ["dev", "devOptional", "optional", "peer", "from"];

/** Writes the layout into a folder and creates the folder if needed. Returns what it installs. */
export function writeLayout(folder, extras = []) {
  const optional = optionalPackages();
  const unknown = extras.filter((name) => !optional[name]);
  if (unknown.length > 0) throw new Error(`Not an optional package of the server: ${unknown.join(", ")}`);
  for (const built of ["packages/cli/dist/main.js", "packages/cli/page/index.html"]) {
    if (!existsSync(join(root, built))) throw new Error(`${built} is missing: run npm run build`);
  }
  const serverPackage = JSON.parse(readFileSync(join(root, "packages/server/package.json"), "utf8"));
  const closure = productionClosure(extras);
  const manifest = {
    name: "teams-token-exchange",
    version: serverPackage.version,
    private: true,
    license: serverPackage.license,
    type: "module",
    engines: serverPackage.engines,
    dependencies: {
      ...productionDependencies(),
      ...Object.fromEntries(extras.map((name) => [name, optional[name]])),
    },
  };
  const { name, version, license, engines, dependencies } = manifest;
  const packages = { "": { name, version, license, dependencies, engines } };
  for (const [place, entry] of closure) {
    packages[place] = Object.fromEntries(Object.entries(entry).filter(([note]) => !notesOfThisTree.includes(note)));
  }
  const lockfile = { name, version, lockfileVersion: 3, requires: true, packages };

  mkdirSync(folder, { recursive: true });
  const writeJson = (file, content) => writeFileSync(join(folder, file), `${JSON.stringify(content, null, 2)}\n`);
  writeJson("package.json", manifest);
  writeJson("package-lock.json", lockfile);
  const program = join(folder, "packages/cli");
  for (const file of ["package.json", "LICENSE", "THIRD-PARTY-NOTICES.txt"])
    cpSync(join(root, "packages/cli", file), join(program, file));
  cpSync(join(root, "packages/cli/dist"), join(program, "dist"), {
    recursive: true,
    filter: (path) => !path.endsWith(".compile-cache"),
  });
  cpSync(join(root, "packages/cli/page"), join(program, "page"), { recursive: true });
  return closure;
}

if (realpathSync(process.argv[1]) === import.meta.filename) {
  const { positionals } = readArguments({
    command: "npm run layout",
    does: "Writes the files of a production installation into a folder. `npm ci --omit=dev` there completes it.",
    positionals: {
      "<folder>": "where to write; it is created if it does not exist",
      "[packages...]": `optional packages of this deployment, or all: ${Object.keys(optionalPackages()).join(", ")}`,
    },
  });
  const [folder, ...named] = positionals;
  const extras = named.includes("all") ? Object.keys(optionalPackages()) : named;
  const closure = writeLayout(resolve(folder), extras);
  say(`${folder}: ${closure.size} packages. Complete it with: npm ci --omit=dev`);
}
