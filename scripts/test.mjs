// npm test: installs what is missing and runs all checks and tests: rules and HTTP (Vitest), mutations of the rules (Stryker),
// SDKs in other languages, the benchmark as a smoke test, and the whole flow in a browser. The browser tests run in parallel, because neither half keeps two
// cores busy.
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { readArguments } from "./arguments.mjs";
import { run } from "./processes.mjs";
import { ensureBuilt, ensureInstalled, say } from "./setup.mjs";
import { ensureBrowser, ensurePgBouncer, ensurePostgres, ensureRedis, ensureTinyproxy } from "./system-packages.mjs";
import { root, toolEnv } from "./tools.mjs";

readArguments({
  command: "npm test",
  does: "Runs all checks and tests. Installs what is missing first; SKIP_SYSTEM_PACKAGES=1 leaves out packages of the system.",
});
await ensureInstalled();
await ensureBuilt();
const browser = await ensureBrowser();
await ensureRedis();
await ensurePostgres();
await ensurePgBouncer();
await ensureTinyproxy();
const cache = join(root, "node_modules", ".cache");
mkdirSync(cache, { recursive: true });
const env = {
  ...toolEnv(),
  CHROMIUM_PATH: browser,
  // Over a hundred processes load the same packages. Each reads what another has compiled.
  NODE_COMPILE_CACHE: join(cache, "compiled"),
};

const failed = [];

/** Runs a part to its end. @returns a sentence with the result */
async function take([what, command, args, options]) {
  const begin = performance.now();
  const status = await run(command, args, { env, ...options });
  if (status !== 0) failed.push(what);
  return `${what}: ${status === 0 ? "passed" : "failed"} in ${Math.round((performance.now() - begin) / 1000)} s`;
}

// Mixed output of two runs is unreadable, so one of them goes into a file first.
say("\nBrowser tests run in parallel; their output follows at the end.");
const browserLog = join(cache, "browser-tests.log");
const file = openSync(browserLog, "w");
const browserTests = take([
  "Browser tests",
  "playwright",
  ["test", "--config", "test/e2e"],
  { stdio: ["ignore", file, file] },
]);

// By default, Vitest runs one file at a time on two cores, although most files spend their time waiting.
const workers = String(Math.max(2, availableParallelism() - 1));
const steps = [
  ["Format, lint and types", "node", ["scripts/check.mjs"]],
  ["Rules, HTTP and contract tests", "vitest", ["run", "--maxWorkers", workers]],
  ["Clients in other languages", node, ["scripts/test-clients.mjs", "--short"]],
  ["Mutations of the rules", "stryker", ["run"], { cwd: `${root}packages/rules` }],
];
async function takeHere(step) {
  say(`\n${step[0]} …`);
  say(await take(step));
}
for (const step of steps) await takeHere(step);

say("\nBrowser tests …");
const outcome = await browserTests;
closeSync(file);
say(readFileSync(browserLog, "utf8"));
say(outcome);

// Last and without other tests, because a server without CPU time correctly refuses requests.
await takeHere(["Benchmark, as a smoke test", "node", ["bench/run.mjs", "--short"]]);
say(failed.length === 0 ? "\nAll tests passed." : `\nFailed: ${failed.join("; ")}.`);
process.exit(failed.length === 0 ? 0 : 1);
