// npm test: set up what is missing, then every test there is: checks, rules and HTTP (Vitest), the rules with one change at a
// time (Stryker), the benchmark as a smoke test, and the whole flow in a browser. The browser tests run beside
// the others, because neither half keeps two cores busy by itself.
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import {
  ensureBrowser,
  ensureBuilt,
  ensureInstalled,
  ensurePostgres,
  ensureRedis,
  node,
  root,
  run,
  say,
  toolEnv,
} from "./setup.mjs";

await ensureInstalled();
await ensureBuilt();
const browser = await ensureBrowser();
await ensureRedis();
await ensurePostgres();
const cache = join(root, "node_modules", ".cache");
mkdirSync(cache, { recursive: true });
const env = {
  ...toolEnv(),
  CHROMIUM_PATH: browser,
  // Over a hundred processes load the same packages: what one has compiled, the next one reads.
  NODE_COMPILE_CACHE: join(cache, "compiled"),
};

const failed = [];

/** Runs a part to its end. @returns how it went, in words */
async function take([what, command, args, options]) {
  const begin = performance.now();
  const status = await run(command, args, { env, ...options });
  if (status !== 0) failed.push(what);
  return `${what}: ${status === 0 ? "passed" : "failed"} in ${Math.round((performance.now() - begin) / 1000)} s`;
}

// Two outputs at once cannot be read, so one of them goes into a file first.
say("\nBrowser tests … beside all that follows; what they print stands below it.");
const browserLog = join(cache, "browser-tests.log");
const file = openSync(browserLog, "w");
const browserTests = take([
  "Browser tests",
  "playwright",
  ["test", "--config", "test/e2e"],
  { stdio: ["ignore", file, file] },
]);

// On two cores Vitest would run one file at a time by itself, although many files wait for most of their time.
const workers = String(Math.max(2, availableParallelism() - 1));
const steps = [
  ["Format, lint and types", node, ["scripts/check.mjs"]],
  ["Rules, HTTP and contract tests", "vitest", ["run", "--maxWorkers", workers]],
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

// Alone: a server that gets no processor for long refuses requests, as it should.
await takeHere(["Benchmark, as a smoke test", node, ["bench/run.mjs", "--short"]]);
say(failed.length === 0 ? "\nAll tests passed." : `\nFailed: ${failed.join("; ")}.`);
process.exit(failed.length === 0 ? 0 : 1);
