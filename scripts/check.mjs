// npm run check: format, lint, structure, published packages and types, as CI checks them.
import { readArguments } from "./arguments.mjs";
import { run } from "./processes.mjs";
import { ensureBuilt, ensureInstalled, say } from "./setup.mjs";
import { lineEnding } from "./tools.mjs";

readArguments({
  command: "npm run check",
  does: "Checks format, lint, structure, published packages and types, as CI does. Changes nothing.",
});
await ensureInstalled();
await ensureBuilt(["packages"]);
const checks = [
  ["Types of the rules and their tests", "tsc", ["-p", "packages/rules/tsconfig.test.json"]],
  ["Format and lint", "biome", ["check", "--error-on-warnings", `--line-ending=${lineEnding()}`, "."]],
  ["Circular imports", "node", ["scripts/check-structure.mjs"]],
  ["Files of one exchange", "node", ["scripts/trace-exchange.mjs"]],
  ["Published packages", "node", ["scripts/check-packages.mjs"]],
  ["Types of the server and its tests", "tsc", ["-p", "packages/server/tsconfig.test.json"]],
  ["Types of the emulator and its tests", "tsc", ["-p", "packages/emulator/tsconfig.test.json"]],
  ["Types of the commands and their tests", "tsc", ["-p", "packages/cli"]],
  ["Types of the client and its tests", "tsc", ["-p", "packages/client/tsconfig.test.json"]],
  ["Types of the page and its tests", "tsc", ["-p", "apps/page"]],
  ["Types of the browser tests", "tsc", ["-p", "test/e2e"]],
  ["Types of the documents' tests", "tsc", ["-p", "test/docs"]],
  ["Types of the tests of packages, with real clients, and of scripts", "tsc", ["-p", "test"]],
];
const failed = [];
for (const [what, command, args] of checks) {
  say(`${what} …`);
  if ((await run(command, args)) !== 0) failed.push(what);
}
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(", ")}.`);
  process.exit(1);
}
