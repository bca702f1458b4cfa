// Programs of this machine that tests need: Redis, PostgreSQL and Chromium. On Debian as root they are installed if they are
// missing, unless SKIP_SYSTEM_PACKAGES is set.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "./processes.mjs";
import { say } from "./setup.mjs";

const isDebianRoot = () => existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;

/** Announces and installs packages of Debian. Does nothing if the user declines that, or elsewhere. */
async function installDebianPackages(names, purpose) {
  if (!isDebianRoot()) return;
  if (process.env.SKIP_SYSTEM_PACKAGES) {
    say(`Not installed, because SKIP_SYSTEM_PACKAGES is set: ${names.join(", ")} (${purpose}).`);
    return;
  }
  say(`Installing with apt-get: ${names.join(", ")} (${purpose}). SKIP_SYSTEM_PACKAGES=1 prevents that.`);
  const quiet = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update", "-qq"], quiet);
  await run("apt-get", ["install", "-y", "-qq", ...names], quiet);
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
  await installDebianPackages(["redis-server"], "for the tests of several instances");
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
  await installDebianPackages(["postgresql"], "for the tests of mappings");
  if (findPostgres()) return;
  say(
    "PostgreSQL was not found, so its tests are skipped. Install it with your package manager, or set POSTGRES_BIN to the folder of its programs.",
  );
}

/** Installs a program of Debian that tests start, if it is missing. As with Redis, CI must have it. */
async function ensureProgram(name, places, tests) {
  const isThere = () => places.some((path) => path && existsSync(path));
  if (!isThere()) await installDebianPackages([name], `for ${tests}`);
  if (!isThere()) say(`${name} was not found, so ${tests} are skipped. Install it with your package manager.`);
}

export const ensureTinyproxy = () =>
  ensureProgram(
    "tinyproxy",
    ["/usr/bin/tinyproxy", "/usr/local/bin/tinyproxy", "/opt/homebrew/bin/tinyproxy"],
    "the tests through a proxy",
  );

export const ensurePgBouncer = () =>
  ensureProgram(
    "pgbouncer",
    [
      process.env.PGBOUNCER_PATH,
      ...["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"],
    ],
    "the tests of mappings behind PgBouncer",
  );

export const ensureNginx = () =>
  ensureProgram(
    "nginx-light",
    [
      process.env.NGINX_PATH,
      ...["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"],
    ],
    "the tests below a path of a host",
  );

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

async function downloadBrowser() {
  if (process.env.SKIP_SYSTEM_PACKAGES) return;
  say("Downloading Chromium with Playwright for the browser tests. SKIP_SYSTEM_PACKAGES=1 prevents that.");
  await run("playwright", ["install", "chromium"]);
}

/** Finds or installs Chromium for the browser tests, and returns its path. If that fails, it prints advice and exits. */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found && (process.env.CHROMIUM_PATH || !lacksHeadlessShell(found))) return found;
  const purpose = "for the browser tests";
  await installDebianPackages(["chromium-headless-shell"], purpose);
  if (!(await findBrowser())) await installDebianPackages(["chromium"], purpose);
  if (!(await findBrowser()) && !isDebianRoot()) await downloadBrowser();
  const installed = await findBrowser();
  if (installed) return installed;
  console.error(
    "Chromium was not found and could not be installed. Install Chromium or Chrome with your package manager, or set CHROMIUM_PATH if it is elsewhere.",
  );
  process.exit(1);
}
