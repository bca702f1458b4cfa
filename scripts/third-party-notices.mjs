// Writes the notices for what a build contains of other people's packages: name, version and licence text of each.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const line = "-".repeat(80);

/** The folder and manifest of the package that a module belongs to; undefined for a module of this repository. */
function packageOf(module) {
  const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module) ?? [];
  return folder && { folder, manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) };
}

function licenceTextOf(folder) {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  return files.map((name) => readFileSync(join(folder, name), "utf8").trim()).join("\n\n");
}

/**
 * @param {Iterable<string>} modules paths of the modules that a build contains
 * @returns {{ name: string, version: string, licence: string, text: string }[]} the packages that they belong to
 */
export function licencesOf(modules) {
  const found = new Map();
  for (const module of modules) {
    const { folder, manifest } = packageOf(module.replace(/^\0/, "").replace(/\?.*$/, "")) ?? {};
    if (!manifest || found.has(`${manifest.name}@${manifest.version}`)) continue;
    const { name, version, license: licence, homepage = `https://www.npmjs.com/package/${manifest.name}` } = manifest;
    const text = licenceTextOf(folder) || `The package has no licence file; see ${homepage}.`;
    found.set(`${name}@${version}`, { name, version, licence, text });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param {string} what names the build, as the subject of a sentence
 * @param {{ name: string, version: string, licence: string, text: string }[]} licences
 * @returns {string} the notices as a text
 */
export function noticesText(what, licences) {
  const sections = licences.map(({ name, version, licence, text }) => `${name} ${version} (${licence})\n\n${text}`);
  return `${[`${what} contains these packages.`, ...sections].join(`\n\n${line}\n\n`)}\n`;
}
