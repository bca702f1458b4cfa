// How the SDKs of each language are installed into folders of their own, and how its programs start.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, run } from "../../scripts/setup.mjs";

const sources = fileURLToPath(new URL(".", import.meta.url));
const cache = join(root, "node_modules", ".cache", "clients");
const isWindows = process.platform === "win32";

/** Whether a program of the toolchain runs. */
const works = ([program, ...args]) => spawnSync(program, args, { stdio: "ignore" }).status === 0;

async function must(command, args, options) {
  const status = await run(command, args, { shell: false, ...options });
  if (status !== 0) throw new Error(`${command} ended with code ${status}`);
}

/**
 * A set of packages in a folder of its own.
 * @param name name of its folder
 * @param pins files that pin the versions; if they change, the packages are installed again
 * @param install installs into the folder
 */
export function packageSet(name, toolchain, pins, install) {
  const folder = join(cache, name);
  const stamp = join(folder, "installed");
  const digest = () => {
    const hash = createHash("sha256");
    for (const pin of pins) hash.update(readFileSync(join(sources, pin)));
    return hash.digest("hex");
  };
  return {
    folder,
    hasToolchain: () => toolchain.every(works),
    isInstalled: () => existsSync(stamp) && readFileSync(stamp, "utf8") === digest(),
    async install() {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      await install(folder);
      writeFileSync(stamp, digest());
    },
  };
}

const pythonOf = (folder) => (isWindows ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python"));

/** Installs a requirements.txt, which lists every package, into a virtual environment. */
export const pythonPackages = (name, requirements) =>
  packageSet(name, [["python3", "-m", "venv", "--help"]], [requirements], async (folder) => {
    await must("python3", ["-m", "venv", folder]);
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"];
    await must(pythonOf(folder), ["-m", "pip", "install", ...quiet, "--requirement", join(sources, requirements)]);
  });

export { pythonOf };

const python = pythonPackages("python", "python/requirements.txt");

/** Every language: its packages, and the commands that run its quick start and its cases. */
export const languages = [
  {
    name: "Python",
    packages: python,
    // MSAL for Python asks port 443 for the user's realm, whatever the port of the authority.
    tlsPort: 443,
    build: async () => undefined,
    quickStart: () => [pythonOf(python.folder), join(sources, "python", "quick_start.py")],
    suite: () => [pythonOf(python.folder), join(sources, "python", "suite.py")],
  },
];

/** The programs that stand for a browser, in front of the others. */
export const withBrowser = (path) => [join(sources, "browser"), path].join(delimiter);
