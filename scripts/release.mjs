// npm run release: `add` writes a changeset, which says how much the next version changes. `version` gives every package the
// version that the changesets ask for, and moves the changes under "Unreleased" in CHANGELOG.md to it. `notes` prints what
// the changelog says about the current version. `pack` writes the tarballs of the built packages.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments, refuseArguments, suggestion } from "./arguments.mjs";
import { packPackages } from "./pack.mjs";
import { run } from "./processes.mjs";
import { ensureInstalled } from "./setup.mjs";
import { readText, root } from "./tools.mjs";

const changelogFile = join(root, "CHANGELOG.md");
const currentVersion = () => JSON.parse(readFileSync(join(root, "packages/server/package.json"), "utf8")).version;

/** The changelog with everything under "Unreleased" moved to a new version. */
function closeUnreleased(changelog, version, day) {
  const heading = "## [Unreleased]\n";
  if (!changelog.includes(heading)) throw new Error('CHANGELOG.md has no heading "## [Unreleased]".');
  return changelog.replace(heading, `${heading}\n## [${version}] - ${day}\n`);
}

/** What the changelog says about a version, without its heading. */
function releaseNotes(changelog, version) {
  const sections = changelog.split(/^## /m);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section for version ${version}.`);
  return section.slice(section.indexOf("\n")).trim();
}

async function giveVersions() {
  await ensureInstalled();
  const before = currentVersion();
  if ((await run("changeset", ["version"])) !== 0) process.exit(1);
  if (currentVersion() === before) {
    console.error("The version is the same as before: there is no changeset. `npm run release -- add` writes one.");
    process.exit(1);
  }
  if ((await run("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"])) !== 0) process.exit(1);
  const day = new Date().toISOString().slice(0, 10);
  writeFileSync(changelogFile, closeUnreleased(readText(changelogFile), currentVersion(), day));
}

const commands = {
  add: async () => {
    await ensureInstalled();
    process.exit(await run("changeset", []));
  },
  version: giveVersions,
  notes: () => console.log(releaseNotes(readText(changelogFile), currentVersion())),
  pack: () => void packPackages(join(root, "release/packages")),
};
const { positionals } = readArguments({
  command: "npm run release",
  does: "Prepares a release.",
  positionals: {
    "<step>":
      "add: write a changeset; version: give every package its next version; notes: print what changed in this version; pack: write the tarballs of the built packages to release/packages",
  },
});
const [step] = positionals;
if (!Object.hasOwn(commands, step))
  refuseArguments(`the step must be add, version, notes or pack.${suggestion(step, Object.keys(commands))}`);
await commands[step]();
