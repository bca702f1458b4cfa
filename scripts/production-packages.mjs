// Generates docs/production-packages.md, the list of packages that the server runs in production.
import { nameAt, optionalPackages, productionClosure } from "./production-closure.mjs";

const row = (cells) => `| ${cells.join(" | ")} |`;

/** The list as a document. */
export function productionPackagesDocument() {
  const closure = productionClosure();
  const packages = [...closure]
    .map(([place, { version, license }]) => [nameAt(place), version, license])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const optional = Object.entries(optionalPackages()).map(([name, version]) => {
    const more = [...productionClosure([name]).keys()].filter((place) => !closure.has(place)).length;
    return [name, version, more];
  });
  return `# Production packages

All packages that an installation of the server loads, in addition to Node. \`npm run layout\` installs exactly this list.
\`npm run docs\` generates it from the lockfile, and a test compares them.

${packages.length} packages (at most 80 are allowed).

| package | version | licence |
| --- | --- | --- |
${packages.map(row).join("\n")}

## Optional

Some settings need these packages. They are installed only on request. The last column is the number of packages that each of
them adds.

| package | version | adds |
| --- | --- | --- |
${optional.map(row).join("\n")}
`;
}
