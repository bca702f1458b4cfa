// Packs the packages that are published, as they are after a build.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandLine, root, toolEnv } from "./tools.mjs";

/**
 * @typedef {object} Manifest What we read of a package.json.
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} [license]
 * @property {string} [type]
 * @property {{ type: string, url: string, directory: string }} [repository]
 * @property {{ node?: string }} [engines]
 * @property {{ access?: string }} [publishConfig]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {string[]} [workspaces]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 */

/** @type {(directory: string) => Manifest} */
const readManifest = (directory) => JSON.parse(readFileSync(join(root, directory, "package.json"), "utf8"));

/**
 * Every package that is published.
 * @returns {{ name: string, directory: string, manifest: Manifest }[]}
 */
export function publishedPackages() {
  return (readManifest(".").workspaces ?? [])
    .map((directory) => ({ directory, manifest: readManifest(directory) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ directory, manifest }) => ({ name: manifest.name, directory, manifest }));
}

/**
 * Packs them into a folder. Does not run `prepack`, because tests read the same builds at the same time.
 * @param {string} destination
 * @returns {Map<string, { tarball: string, files: string[] }>} the path of each package's tarball and the files in it, by name of the package
 */
export function packPackages(destination) {
  mkdirSync(destination, { recursive: true });
  const folders = publishedPackages().flatMap(({ directory }) => ["--workspace", directory]);
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", destination, ...folders];
  const { status, stdout, stderr } = spawnSync(...commandLine("npm", args), {
    cwd: root,
    encoding: "utf8",
    env: toolEnv(),
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  /** @type {{ name: string, filename: string, files: { path: string }[] }[]} */
  const packed = Object.values(JSON.parse(stdout));
  return new Map(
    packed.map(({ name, filename, files }) => [
      name,
      { tarball: join(destination, filename), files: files.map(({ path }) => path) },
    ]),
  );
}
