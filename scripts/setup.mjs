// What every command needs before it can run: dependencies as the lockfile says, builds as new as their sources, a browser
// for the tests. Each step is skipped when its result is there. Runs on the Node that a fresh machine has, so it uses
// nothing but Node itself.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const bin = join(root, "node_modules", ".bin");
/** Node 24, brought by the pinned `node` package. */
export const node = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** Environment in which `node` and the installed tools are those of this repository. */
export const toolEnv = () => ({
  ...process.env,
  PATH: [bin, dirname(node), process.env.PATH].join(process.platform === "win32" ? ";" : ":"),
});

/**
 * How the server is started, wherever it is: with bounds on the memory that V8 would take while there is plenty, which halve
 * the peak (bench/README.md). The third keeps it below the limit of a container of 512 MB, and would make V8 begin with so
 * small a young generation that a start is spent collecting it, were it not for the first. The last halves the threads of V8,
 * each of which keeps memory of its own.
 */
export const serverFlags = [
  "--min-semi-space-size=4",
  "--max-semi-space-size=16",
  "--max-old-space-size=384",
  "--v8-pool-size=2",
];

/** The built program. */
export const cli = "packages/cli/dist/main.js";

/** The arguments of Node that start the server. */
export const serverProgram = [...serverFlags, cli, "serve"];

/** Says something to the person at the terminal. */
export const say = (text) => console.log(text);

/** Runs a program to its end with this terminal. Resolves with its exit status. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: "inherit",
      env: toolEnv(),
      shell: process.platform === "win32",
      ...options,
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

/** Runs a program and ends this one with a message if it fails. */
async function must(what, command, args, options) {
  const status = await run(command, args, options).catch((error) => {
    console.error(error.message);
    return 1;
  });
  if (status !== 0) {
    console.error(`\n${what} failed. What it printed above says why.`);
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

/** A digest of the contents of files and folders; the order in which they are read does not matter. */
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

/** Whether node_modules holds what the lockfile names; npm keeps a list of what it installed, written last. */
function isInstalled() {
  const installedList = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(node) || !existsSync(installedList)) return false;
  const installed = JSON.parse(readFileSync(installedList, "utf8")).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages);
  return wanted
    .filter(([path, { optional, link }]) => path.includes("node_modules/") && !optional && !link)
    .every(([path, { version }]) => installed[path]?.version === version);
}

/** Installs the dependencies that the lockfile names, where they are not there already. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  say("Installing dependencies (npm ci; a minute or two the first time) …");
  // With NODE_ENV=production npm leaves out what builds and tests.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  await must("Installing", "npm", args, { env: process.env });
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
      "packages/server/tsconfig.json",
      "packages/client/tsconfig.json",
      "scripts/bundle-cli.mjs",
      "scripts/third-party-notices.mjs",
    ],
    outputs: [
      "packages/emulator/dist/emulator-bin.js",
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
    inputs: ["apps/page/", "packages/rules/src/", "packages/client/src/"],
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

/** Builds what is older than its sources. An installation without sources is taken as it is. */
export async function ensureBuilt(names = Object.keys(builds)) {
  for (const name of names) {
    const { inputs, outputs, says, commands } = builds[name];
    const wanted = digest([...inputs, "package-lock.json"]);
    if (isDone(name, wanted) && outputs.every((file) => existsSync(join(root, file)))) continue;
    say(says);
    deleteLeftovers();
    // Whatever the caller's shell or test runner has set: what is built is what is deployed.
    const env = { ...toolEnv(), NODE_ENV: "production", CALLING_SDK: "" };
    for (const [program, args, options] of commands) await must("Building", program, args, { env, ...options });
    markDone(name, wanted);
  }
}

const isDebianRoot = () => existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;

async function installDebianPackage(name) {
  const quiet = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update", "-qq"], quiet);
  await run("apt-get", ["install", "-y", "-qq", name], quiet);
}

const redisPlaces = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"];
const findRedis = () => [process.env.REDIS_SERVER_PATH, ...redisPlaces].find((path) => path && existsSync(path));

/**
 * The path of a redis-server for the tests of several instances, found or installed. Undefined where neither works: those
 * tests are then skipped, but not in CI, where they fail.
 */
export async function ensureRedis() {
  const found = findRedis();
  if (found) return found;
  if (isDebianRoot()) {
    say("Installing Redis for the tests of several instances …");
    await installDebianPackage("redis-server");
  }
  const installed = findRedis();
  if (!installed) {
    say(
      "No redis-server was found, so the tests of several instances are skipped. Install it by the means of your system or, if it is not in a usual place, name it: REDIS_SERVER_PATH=/path/to/redis-server npm test",
    );
  }
  return installed;
}

/** Debian keeps its programs by version, outside of PATH. */
const postgresFolders = () => {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
  return [process.env.POSTGRES_BIN, ...versions, "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"];
};
const findPostgres = () => postgresFolders().find((folder) => folder && existsSync(join(folder, "initdb")));

/** Whether the tests of mappings in PostgreSQL can run; installs it where it can. As with Redis, CI must have it. */
export async function ensurePostgres() {
  if (findPostgres()) return;
  if (isDebianRoot()) {
    say("Installing PostgreSQL for the tests of mappings …");
    await installDebianPackage("postgresql");
  }
  if (findPostgres()) return;
  say(
    "No PostgreSQL was found, so its tests are skipped. Install it by the means of your system or, if its programs are not in a usual place, name their folder: POSTGRES_BIN=/path/to/bin npm test",
  );
}

/** Chromium without its window, as Playwright's own: 40% less work for the same tests. */
const headlessShell = "/usr/lib/chromium/chromium-headless-shell";
const browserPlaces = [
  headlessShell,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

async function findBrowser() {
  const { chromium } = await import("@playwright/test");
  return [process.env.CHROMIUM_PATH, ...browserPlaces, chromium.executablePath()].find(
    (path) => path && existsSync(path),
  );
}

/** Debian's Chromium comes with a window; the one without is a package of its own, worth its download in the first run. */
const lacksHeadlessShell = (found) =>
  found === "/usr/bin/chromium" && existsSync("/usr/lib/chromium") && isDebianRoot();

/** The path of a Chromium for the browser tests, found or installed; ends the process with advice where neither works. */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found && (process.env.CHROMIUM_PATH || !lacksHeadlessShell(found))) return found;
  say("Installing Chromium for the browser tests …");
  if (isDebianRoot()) {
    await installDebianPackage("chromium-headless-shell");
    if (!(await findBrowser())) await installDebianPackage("chromium");
  } else {
    await run("playwright", ["install", "chromium"]);
  }
  const installed = await findBrowser();
  if (installed) return installed;
  console.error(
    "No Chromium was found and none could be installed. Install Chromium or Chrome by the means of your system and, if it is not in a usual place, name it: CHROMIUM_PATH=/path/to/chromium npm test",
  );
  process.exit(1);
}
