// npm test: installs what is missing and runs all checks and tests: rules and HTTP (Vitest), mutations of the rules (Stryker),
// SDKs in other languages, the benchmark as a smoke test, and the whole flow in a browser. The browser tests run in parallel, because neither half keeps two
// cores busy.
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { readArguments } from "./arguments.mjs";
import { run } from "./processes.mjs";
import { ensureBuilt, ensureInstalled, say } from "./setup.mjs";
import {
  ensureBrowser,
  ensureNginx,
  ensurePgBouncer,
  ensurePostgres,
  ensureRedis,
  ensureTinyproxy,
} from "./system-packages.mjs";
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
await ensureNginx();
const cache = join(root, "node_modules", ".cache");
mkdirSync(cache, { recursive: true });
const env = {
  ...toolEnv(),
  CHROMIUM_PATH: browser,
  // Over a hundred processes load the same packages. Each reads what another has compiled.
  NODE_COMPILE_CACHE: join(cache, "compiled"),
};

const failed = [];
const begin = performance.now();
const secondsSince = (time) => Math.round((performance.now() - time) / 1000);

/** Runs a part to its end. @returns a sentence with the result */
async function take([what, , command, args, options]) {
  const start = performance.now();
  const status = await run(command, args, { env, ...options });
  if (status !== 0) failed.push(what);
  return `${what}: ${status === 0 ? "passed" : "failed"} in ${secondsSince(start)} s`;
}

// Mixed output of two runs is unreadable, so one of them goes into a file first.
const browserLog = join(cache, "browser-tests.log");
const file = openSync(browserLog, "w");
const browserStep = [
  "Browser tests",
  6,
  "playwright",
  ["test", "--config", "test/e2e"],
  { stdio: ["ignore", file, file] },
];

// By default, Vitest runs one file at a time on two cores, although most files spend their time waiting.
const workers = String(Math.max(2, availableParallelism() - 1));
// The number is how many minutes a step usually takes on two cores.
const steps = [
  ["Format, lint and types", 1, "node", ["scripts/check.mjs"]],
  ["Rules, HTTP and contract tests", 6, "vitest", ["run", "--maxWorkers", workers]],
  ["Clients in other languages", 1, "node", ["scripts/test-clients.mjs", "--short"]],
  ["Mutations of the rules", 1, "stryker", ["run"], { cwd: `${root}packages/rules` }],
];
// Last and without other tests, because a server without CPU time correctly refuses requests.
const benchmark = ["Benchmark, as a smoke test", 1, "node", ["bench/run.mjs", "--short"]];
const all = [...steps, browserStep, benchmark];

function announce(step) {
  const [what, minutes] = step;
  say(
    `\n[${all.indexOf(step) + 1} of ${all.length}] ${what} (usually ${minutes} min; ${secondsSince(begin)} s so far) …`,
  );
}

/** How far the browser tests are: how many of how many have ended. */
function browserProgress() {
  const log = readFileSync(browserLog, "utf8");
  const [, count] = /Running (\d+) tests/.exec(log) ?? [];
  const done = log.match(/^ +(?:✓|✘|ok|x|-) +\d+ /gm)?.length ?? 0;
  return count === undefined ? "starting" : `${done} of ${count}`;
}

say("\nThe browser tests run beside the other steps. Their output follows at the end.");
const browserTests = take(browserStep);
const progress = setInterval(() => say(`Browser tests: ${browserProgress()}`), 30_000);
const finished = browserTests.finally(() => clearInterval(progress));

for (const step of steps) {
  announce(step);
  say(await take(step));
}
announce(browserStep);
const outcome = await finished;
closeSync(file);
say(readFileSync(browserLog, "utf8"));
say(outcome);
announce(benchmark);
say(await take(benchmark));
say(failed.length === 0 ? `\nAll tests passed in ${secondsSince(begin)} s.` : `\nFailed: ${failed.join("; ")}.`);
process.exit(failed.length === 0 ? 0 : 1);
