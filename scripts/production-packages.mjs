// docs/production-packages.md: the list of what the server runs in production; npm run docs writes it.
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

Everything that an installation of the server loads code from, beside Node itself. \`npm run layout\` installs exactly this
list. Written by \`npm run docs\` from the lockfile; a test compares them.

${packages.length} packages (at most 80 are allowed).

| package | version | licence |
| --- | --- | --- |
${packages.map(row).join("\n")}

## Optional

Not installed unless a deployment asks for them, because a setting needs them. The last column says how many packages each
adds when it is added alone.

| package | version | adds |
| --- | --- | --- |
${optional.map(row).join("\n")}
`;
}
