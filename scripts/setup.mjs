// What every command needs before it can run: dependencies from the lockfile, up-to-date builds, a browser for the tests. Each step
// is skipped if its result exists. It runs on the Node of a fresh machine, so it uses only Node.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const bin = join(root, "node_modules", ".bin");
/** Node 24, from the pinned `node` package. */
export const node = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** An environment with the `node` and the tools of this repository in its path. */
export const toolEnv = () => ({
  ...process.env,
  PATH: [bin, dirname(node), process.env.PATH].join(process.platform === "win32" ? ";" : ":"),
});

/**
 * How the server is started everywhere. The options limit the memory of V8, which halves the peak (bench/README.md). The third
 * keeps it below a container limit of 512 MB. With it, V8 would start with a very small young generation and collect it all the
 * time, which the first prevents. The last halves the threads of V8, each of which needs memory.
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

/** Prints a message. */
export const say = (text) => console.log(text);

/** Runs a program in this terminal. Resolves with its exit code. */
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

/** Whether node_modules matches the lockfile. npm writes a list of what it installed at the end. */
function isInstalled() {
  const installedList = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(node) || !existsSync(installedList)) return false;
  const installed = JSON.parse(readFileSync(installedList, "utf8")).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages);
  return wanted
    .filter(([path, { optional, link }]) => path.includes("node_modules/") && !optional && !link)
    .every(([path, { version }]) => installed[path]?.version === version);
}

/** Installs the dependencies of the lockfile, if they are missing. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  say("Installing dependencies with npm ci (one or two minutes the first time) …");
  // With NODE_ENV=production, npm would skip build and test tools.
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

/** Builds what is older than its sources. */
export async function ensureBuilt(names = Object.keys(builds)) {
  for (const name of names) {
    const { inputs, outputs, says, commands } = builds[name];
    const wanted = digest([...inputs, "package-lock.json"]);
    if (isDone(name, wanted) && outputs.every((file) => existsSync(join(root, file)))) continue;
    say(says);
    deleteLeftovers();
    // Independent of the caller's environment, because this build is deployed.
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
 * Finds or installs redis-server for the tests of several instances, and returns its path. If that fails, it returns undefined,
 * and these tests are skipped, or fail in CI.
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
      "redis-server was not found, so the tests of several instances are skipped. Install it with your package manager, or set REDIS_SERVER_PATH if it is elsewhere.",
    );
  }
  return installed;
}

/** Debian installs the programs in a folder for each version, outside PATH. */
const postgresFolders = () => {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
  return [process.env.POSTGRES_BIN, ...versions, "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"];
};
const findPostgres = () => postgresFolders().find((folder) => folder && existsSync(join(folder, "initdb")));

/** Whether the tests of mappings in PostgreSQL can run. Installs it if possible. As with Redis, CI must have it. */
export async function ensurePostgres() {
  if (findPostgres()) return;
  if (isDebianRoot()) {
    say("Installing PostgreSQL for the tests of mappings …");
    await installDebianPackage("postgresql");
  }
  if (findPostgres()) return;
  say(
    "PostgreSQL was not found, so its tests are skipped. Install it with your package manager, or set POSTGRES_BIN to the folder of its programs.",
  );
}

/** Chromium without a window, which needs 40% less CPU for the same tests. */
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

/** Debian has Chromium without a window as a separate package, which is worth its download in the first run. */
const lacksHeadlessShell = (found) =>
  found === "/usr/bin/chromium" && existsSync("/usr/lib/chromium") && isDebianRoot();

/** Finds or installs Chromium for the browser tests, and returns its path. If that fails, it prints advice and exits. */
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
    "Chromium was not found and could not be installed. Install Chromium or Chrome with your package manager, or set CHROMIUM_PATH if it is elsewhere.",
  );
  process.exit(1);
}
