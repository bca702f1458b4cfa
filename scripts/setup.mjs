// What every command needs before it can run: dependencies from the lockfile and up-to-date builds. Each step is skipped if its
// result exists. It runs on the Node of a fresh machine, so it uses only Node.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exclusively, run } from "./processes.mjs";
import { node, nodeProblem, root, toolEnv } from "./tools.mjs";

/**
 * How the server is started everywhere. The options limit the memory of V8, which halves the peak (docs/adr/0016). The third
 * keeps it below a container limit of 512 MB. With it, V8 would start with a very small young generation and collect it all the
 * time, which the first prevents. The fourth halves the threads of V8, each of which needs memory. With the last, the signal
 * SIGUSR1 does not open the inspector, which would give anyone who reaches its port the keys in memory.
 */
export const serverFlags = [
  "--min-semi-space-size=4",
  "--max-semi-space-size=16",
  "--max-old-space-size=384",
  "--v8-pool-size=2",
  "--disable-sigusr1",
];

/** The built program. */
export const cli = "packages/cli/dist/main.js";

/** The arguments of Node that start the server. */
export const serverProgram = [...serverFlags, cli, "serve"];

/** Prints a message. */
export const say = (text) => console.log(text);

/** Runs a program. If it fails, prints a message and exits. */
async function must(what, command, args, options) {
  const status = await run(command, args, options).catch((error) => {
    console.error(error.message);
    return 1;
  });
  if (status !== 0) {
    console.error(
      `\n${what} failed; see above. Behind a proxy? See docs/guides/troubleshooting.md#the-sample-does-not-install.`,
    );
    process.exit(status);
  }
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ["node_modules", "dist", "dist-no-calling"].includes(entry.name) ? [] : filesBelow(path);
    return [path];
  });
}

/** A digest of the contents of files and folders, independent of their order. */
function digest(paths) {
  const files = paths
    .flatMap((path) => (path.endsWith("/") ? filesBelow(join(root, path)) : [join(root, path)]))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

const stampFile = (name) => join(root, "node_modules", ".cache", "teams-token-exchange", name);
const isDone = (name, wanted) => existsSync(stampFile(name)) && readFileSync(stampFile(name), "utf8") === wanted;
function markDone(name, wanted) {
  mkdirSync(dirname(stampFile(name)), { recursive: true });
  writeFileSync(stampFile(name), wanted);
}

/** The packages in npm's list; none if npm was ended while it wrote the file. */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return {};
  }
}

/** Whether node_modules matches the lockfile. npm writes a list of what it installed at the end. */
function isInstalled() {
  const installedList = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(node) || !existsSync(installedList)) return false;
  const installed = readPackages(installedList);
  const wanted = Object.entries(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages);
  return wanted
    .filter(([path, { optional, link }]) => path.includes("node_modules/") && !optional && !link)
    .every(([path, { version }]) => installed[path]?.version === version);
}

async function install() {
  if (isInstalled()) return;
  say("Installing dependencies with npm ci (one or two minutes the first time) …");
  // With NODE_ENV=production, npm would skip build and test tools.
  const args = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  await must("Installing", "npm", args, { env: process.env });
}

/** Installs the dependencies of the lockfile, if they are missing. */
export async function ensureInstalled() {
  if (!isInstalled()) await exclusively(install);
  const problem = nodeProblem();
  if (problem === undefined) return;
  console.error(problem);
  process.exit(1);
}

/** Packages that `tsc` compiles file by file. */
const compiledPackages = ["packages/rules", "packages/server", "packages/client", "packages/emulator"];

const builds = {
  packages: {
    inputs: [
      "packages/rules/src/",
      "packages/emulator/src/",
      "packages/server/src/",
      "packages/client/src/",
      "packages/cli/src/",
      "tsconfig.base.json",
      "tsconfig.json",
      "packages/rules/tsconfig.json",
      "packages/emulator/tsconfig.json",
      "packages/emulator/tsconfig.calling.json",
      "packages/server/tsconfig.json",
      "packages/client/tsconfig.json",
      "scripts/bundle-cli.mjs",
      "scripts/third-party-notices.mjs",
    ],
    outputs: [
      "packages/emulator/dist/emulator-bin.js",
      "packages/emulator/dist/calling-sdk/index.js",
      "packages/server/dist/index.js",
      "packages/client/dist/index.js",
      "packages/cli/dist/main.js",
    ],
    says: "Building the packages …",
    commands: [
      ["tsc", ["-b"]],
      ["node", ["scripts/bundle-cli.mjs"]],
    ],
  },
  page: {
    inputs: ["apps/page/", "packages/rules/src/", "packages/client/src/", "packages/emulator/src/calling-sdk/"],
    outputs: ["apps/page/dist/index.html"],
    says: "Building the page …",
    commands: [["vite", ["build", "apps/page", "--logLevel", "warn"]]],
  },
  // Without the Calling SDK, whose license does not allow redistribution: for the published command and the image.
  "published-page": {
    inputs: [
      "apps/page/",
      "packages/rules/src/",
      "packages/client/src/",
      "packages/emulator/src/calling-sdk/",
      "scripts/bundle-page.mjs",
      "scripts/third-party-notices.mjs",
    ],
    outputs: ["apps/page/dist-no-calling/index.html", "packages/cli/page/index.html"],
    says: "Building the page without the Calling SDK …",
    commands: [["node", ["scripts/bundle-page.mjs"]]],
  },
};

/** Deletes compiled files whose source is gone. `tsc` leaves them, and they would hide a broken import or be published. */
function deleteLeftovers() {
  for (const folder of compiledPackages) {
    const dist = join(root, folder, "dist");
    if (!existsSync(dist)) continue;
    for (const file of readdirSync(dist, { recursive: true })) {
      const name = file.replace(/\.(d\.ts|js)$/, "");
      const source = join(root, folder, "src", name);
      if (name !== file && !existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`)) rmSync(join(dist, file));
    }
  }
}

/** What the result of a build depends on. */
const inputsOf = (name) => digest([...builds[name].inputs, "package-lock.json"]);
const isBuilt = (name) =>
  isDone(name, inputsOf(name)) && builds[name].outputs.every((file) => existsSync(join(root, file)));

async function build(name) {
  if (isBuilt(name)) return;
  const wanted = inputsOf(name);
  say(builds[name].says);
  deleteLeftovers();
  // Independent of the caller's environment, because this build is deployed.
  const env = { ...toolEnv(), NODE_ENV: "production", CALLING_SDK: "" };
  for (const [program, args] of builds[name].commands) await must("Building", program, args, { env });
  markDone(name, wanted);
}

/** Builds what is older than its sources. */
export async function ensureBuilt(names = Object.keys(builds)) {
  if (names.every(isBuilt)) return;
  await exclusively(async () => {
    for (const name of names) await build(name);
  });
}
