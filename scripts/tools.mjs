// The programs of this repository: Node in the pinned version, npm, and the tools among the dependencies. Each tool is JavaScript
// that Node runs, so no shell is needed, whatever the folders are called and whichever system it is. It uses only Node.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const inModules = (...path) => join(root, "node_modules", ...path);
/**
 * Reads a text file of this repository. Without `.gitattributes`, Git for Windows writes CRLF: the result has LF.
 * @param {string | URL} path
 * @returns {string}
 */
export const readText = (path) => readFileSync(path, "utf8").replaceAll("\r\n", "\n");

/** The line ending of this checkout: `crlf` if Git for Windows has written it without `.gitattributes`. */
export const lineEnding = () => (readFileSync(join(root, "package.json"), "utf8").includes("\r\n") ? "crlf" : "lf");

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** The package with the pinned Node for this machine, if there is one. It does not run with the C library of Alpine. */
const nodePackage = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const isPackaged =
  Object.hasOwn(readJson(join(root, "package.json")).optionalDependencies, nodePackage) &&
  !existsSync("/etc/alpine-release");

/** The pinned Node. Where npm has no package with it, the Node that runs this script. */
export const node = isPackaged
  ? inModules(nodePackage, "bin", process.platform === "win32" ? "node.exe" : "node")
  : process.execPath;

/** Why `node` cannot run the code of this repository; undefined if it can. */
export function nodeProblem() {
  if (!existsSync(node))
    return `npm could not install ${nodePackage}, and skipped it because it is optional. Start again.`;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (node !== process.execPath || major > 22 || (major === 22 && minor >= 18)) return undefined;
  return `npm has no Node 24 for ${process.platform} on ${process.arch}. Install Node 24 (22.18 or later works), and start again.`;
}

/**
 * The variables with which no proxy stands between programs and servers on this machine. Many clients send even `localhost`
 * through the proxy of the environment, which may not reach it.
 * @param {NodeJS.ProcessEnv} env
 */
export function loopbackDirectly(env) {
  const hosts = [env.no_proxy || env.NO_PROXY, "localhost", "127.0.0.1"].filter(Boolean).join(",");
  return { NO_PROXY: hosts, no_proxy: hosts };
}

/** An environment with the `node` and the tools of this repository in its path. */
export const toolEnv = () => ({
  ...process.env,
  ...loopbackDirectly(process.env),
  PATH: [dirname(node), inModules(".bin"), process.env.PATH].join(delimiter),
});

/** The package that each tool comes with. */
const toolPackages = {
  attw: "@arethetypeswrong/cli",
  biome: "@biomejs/biome",
  changeset: "@changesets/cli",
  playwright: "@playwright/test",
  stryker: "@stryker-mutator/core",
  tsc: "typescript",
  vite: "vite",
  vitest: "vitest",
};

function toolFile(tool) {
  const folder = inModules(toolPackages[tool]);
  const { bin } = readJson(join(folder, "package.json"));
  return join(folder, typeof bin === "string" ? bin : bin[tool]);
}

/** The file of npm that Node runs; undefined if npm is elsewhere than installers put it. */
function npmFile() {
  const folder = dirname(realpathSync(process.execPath));
  return [
    process.env.npm_execpath,
    join(folder, "node_modules/npm/bin/npm-cli.js"),
    join(folder, "../lib/node_modules/npm/bin/npm-cli.js"),
    "/usr/share/nodejs/npm/bin/npm-cli.js",
  ].find((path) => path && basename(path) === "npm-cli.js" && existsSync(path));
}

/**
 * What the system runs for a command.
 * @param {string} command `node`, `npm`, a tool, or a program of this machine
 * @param {readonly string[]} args
 * @returns {[program: string, args: string[]]}
 */
export function commandLine(command, args) {
  if (command === "node") return [node, [...args]];
  if (Object.hasOwn(toolPackages, command)) return [node, [toolFile(command), ...args]];
  const npm = command === "npm" && npmFile();
  return npm ? [process.execPath, [npm, ...args]] : [command, [...args]];
}
