// Computes from the lockfile which packages the server needs in production. npm cannot do that for one workspace, because it
// also follows development dependencies between workspaces. This file uses only Node.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

const readJson = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));

/** Packages that only some deployments need: the optional peers of the server, in the tested versions. */
export function optionalPackages() {
  const { peerDependencies = {}, devDependencies } = readJson("packages/server/package.json");
  return Object.fromEntries(Object.keys(peerDependencies).map((name) => [name, devDependencies[name]]));
}

/** The dependencies of the server and of our own packages that it needs, which no registry has to provide. */
export function productionDependencies(name = "packages/server") {
  const { dependencies = {} } = readJson(`${name}/package.json`);
  const all = {};
  for (const [dependency, version] of Object.entries(dependencies)) {
    const [scope, folder] = dependency.split("/");
    if (scope === "@teams-token-exchange") Object.assign(all, productionDependencies(`packages/${folder}`));
    else all[dependency] = version;
  }
  return all;
}

/** The path of a package as Node finds it from the package at `from`, or undefined if it is not in the lockfile. */
function resolve(locked, from, name) {
  for (let at = from; ; ) {
    const candidate = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (locked[candidate]) return candidate;
    if (at === "") return undefined;
    const parent = at.lastIndexOf("/node_modules/");
    at = parent === -1 ? "" : at.slice(0, parent);
  }
}

/** What a package needs to run: dependencies, required peers, and optional peers that are in the lockfile. */
function needsOf({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} }) {
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta[name]?.optional);
  return {
    needed: [...Object.keys(dependencies ?? {}), ...peers],
    wanted: Object.keys(optionalDependencies ?? {}),
  };
}

/**
 * The production packages: path in a fresh installation → entry of the lockfile.
 *
 * @param extras names of optional packages that this deployment needs too
 */
export function productionClosure(extras = []) {
  const locked = readJson("package-lock.json").packages;
  const { dependencies = {} } = readJson("packages/server/package.json");
  const closure = new Map();
  const visited = new Set();
  const waiting = [...Object.keys(dependencies), ...extras].map((name) => ["packages/server", name, true]);
  for (const [from, name, isNeeded] of waiting) {
    const place = resolve(locked, from, name);
    if (!place && isNeeded) throw new Error(`${name}, needed by ${from}, is not in package-lock.json: run npm install`);
    if (!place || visited.has(place)) continue;
    visited.add(place);
    // Our own packages are part of the program; only what they need is listed.
    const at = locked[place].link ? locked[place].resolved : place;
    if (at === place) closure.set(place, locked[place]);
    const { needed, wanted } = needsOf(locked[at]);
    for (const next of needed) waiting.push([at, next, true]);
    for (const next of wanted) waiting.push([at, next, false]);
  }
  return inFreshFolder(closure);
}

/** In a separate installation, packages of the workspace move to the top. */
function inFreshFolder(closure) {
  const placed = new Map();
  for (const [place, entry] of [...closure].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const freshPlace = place.replace(/^packages\/server\//, "");
    if (placed.has(freshPlace)) throw new Error(`${freshPlace} is needed in two versions. Run npm dedupe.`);
    placed.set(freshPlace, { ...entry, from: place });
  }
  return placed;
}

/** The name of the package at a path. */
export const nameAt = (place) => place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
