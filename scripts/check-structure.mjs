// Part of npm run check: no circular imports between the folders of a package or between packages, so that you can
// start reading with a folder that needs no other. Type imports count too.
import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseAst } from "rolldown/parseAst";
import { readArguments } from "./arguments.mjs";
import { readText, root } from "./tools.mjs";

readArguments({ command: "node scripts/check-structure.mjs", does: "Finds circular imports. Part of npm run check." });

/** The module names that a file imports, exports from or loads later. */
function importsOf(file) {
  const { body } = parseAst(readText(join(root, file)), { lang: file.endsWith("x") ? "tsx" : "ts" });
  const names = [];
  const waiting = [body];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node?.source?.value === "string") names.push(node.source.value);
    waiting.push(...Object.values(node).filter((child) => child !== null && typeof child === "object"));
  }
  return names;
}

/** A graph is a map from each name to the names it needs, each with one example of why. */
function addEdge(graph, from, to, example) {
  if (from === to) return;
  const edges = graph.get(from) ?? new Map();
  graph.set(from, edges.set(to, edges.get(to) ?? example));
}

/** The shortest path from one name to another, including both. */
function shortestPath(graph, from, to) {
  const paths = new Map([[from, [from]]]);
  for (const [name, path] of paths) {
    if (name === to) return path;
    for (const next of graph.get(name)?.keys() ?? []) if (!paths.has(next)) paths.set(next, [...path, next]);
  }
  return undefined;
}

/** The shortest circle through each import. Each circle is listed once, the shortest first. */
function circlesIn(graph) {
  const circles = new Map();
  for (const [from, edges] of graph) {
    for (const to of edges.keys()) {
      const path = shortestPath(graph, to, from);
      if (path) circles.set([...path].sort().join(), [from, ...path]);
    }
  }
  return [...circles.values()].sort((a, b) => a.length - b.length);
}

/** A readable description of a circle: each step with an import that causes it. */
function describeCircle(graph, circle) {
  const steps = circle.slice(1).map((to, index) => `      ${graph.get(circle[index]).get(to)}`);
  return [`  ${circle.join(" → ")}`, ...steps].join("\n");
}

/** The folders of a package's sources and what they import from each other. Tests may import from anywhere. */
function folderGraph(directory) {
  const graph = new Map();
  const folderOf = (file) => posix.relative(directory, posix.dirname(file));
  const files = globSync(`${directory}/src/**/*.{ts,tsx}`, { cwd: root }).map((file) => file.replaceAll("\\", "/"));
  for (const file of files.filter((name) => !name.includes(".test."))) {
    for (const name of importsOf(file).filter((imported) => imported.startsWith("."))) {
      const target = posix.join(posix.dirname(file), name);
      addEdge(graph, folderOf(file), folderOf(target), `${file} imports ${target}`);
    }
  }
  return graph;
}

/** Our packages and what they need of each other, including for tests, because npm and changesets have to order them. */
function packageGraph(manifests) {
  const graph = new Map();
  const names = new Set(manifests.map(({ name }) => name));
  for (const { name, dependencies, devDependencies, peerDependencies } of manifests) {
    for (const needed of Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })) {
      if (names.has(needed)) addEdge(graph, name, needed, "package.json");
    }
  }
  return graph;
}

const readManifest = (directory) => JSON.parse(readFileSync(join(root, directory, "package.json"), "utf8"));
const directories = readManifest(".").workspaces.flatMap((pattern) => globSync(pattern, { cwd: root }));
const failed = [];
for (const [what, graph] of [
  ["the packages", packageGraph(directories.map(readManifest))],
  ...directories.map((directory) => [directory, folderGraph(directory)]),
]) {
  const circles = circlesIn(graph);
  if (circles.length === 0) continue;
  failed.push(what);
  console.error(`Circular imports in ${what}:`);
  for (const circle of circles.slice(0, 10)) console.error(describeCircle(graph, circle));
}
process.exit(failed.length > 0 ? 1 : 0);
