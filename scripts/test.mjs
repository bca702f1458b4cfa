// npm test: installs what is missing and runs all checks and tests: rules and HTTP (Vitest), mutations of the rules (Stryker),
// SDKs in other languages, the benchmark as a smoke test, and the whole flow in a browser. Two halves run in parallel, because
// neither keeps two cores busy.
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
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
// Everything that tests put into the folder for temporary files, so that none of it stays after a run without failures.
const temporary = mkdtempSync(join(tmpdir(), "npm-test-"));
// PostgreSQL in tests runs as another user than root, and needs the way to its folder.
chmodSync(temporary, 0o755);
const env = {
  ...toolEnv(),
  TMPDIR: temporary,
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

// By default, Vitest runs one file at a time on two cores, although most files spend their time waiting.
const workers = String(Math.max(2, availableParallelism() - 1));
// The number is how many minutes a step usually takes on two cores.
// The clients and the emulator's tests need the same port, so they are in one half.
const firstHalf = [
  ["Rules, HTTP and contract tests", 7, "vitest", ["run", "--maxWorkers", workers]],
  ["Clients in other languages", 1, "node", ["scripts/test-clients.mjs", "--short"]],
];
const browserStep = ["Browser tests", 5, "playwright", ["test", "--config", "test/e2e"]];
const secondHalf = [
  ["Format, lint and types", 1, "node", ["scripts/check.mjs"]],
  browserStep,
  ["Mutations of the rules", 2, "stryker", ["run"], { cwd: `${root}packages/rules` }],
];
// Last and without other tests, because a server without CPU time correctly refuses requests.
const benchmark = ["Benchmark, as a smoke test", 1, "node", ["bench/run.mjs", "--short"]];
const count = firstHalf.length + secondHalf.length + 1;

let announced = 0;
function announce([what, minutes]) {
  announced += 1;
  say(`\n[${announced} of ${count}] ${what} (usually ${minutes} min; ${secondsSince(begin)} s so far) …`);
}

/** Where the output of a step of the second half goes first, because mixed output of two steps is unreadable. */
const logOf = ([what]) => join(cache, `${what.toLowerCase().replace(/\W+/g, "-")}.log`);

/** How far the browser tests are: how many of how many have ended. */
function browserProgress() {
  const log = readFileSync(logOf(browserStep), "utf8");
  const [, total] = /Running (\d+) tests/.exec(log) ?? [];
  const done = log.match(/^ +(?:✓|✘|ok|x|-) +\d+ /gm)?.length ?? 0;
  return total === undefined ? "starting" : `${done} of ${total}`;
}

/** Runs a part with its output in its log. @returns its result, with the whole output before it */
async function takeAside(step) {
  const [what, minutes, command, args, options] = step;
  announce(step);
  const file = openSync(logOf(step), "w");
  const tellProgress = () => say(`Browser tests: ${browserProgress()}`);
  const progress = step === browserStep ? setInterval(tellProgress, 30_000) : undefined;
  const outcome = await take([what, minutes, command, args, { ...options, stdio: ["ignore", file, file] }]);
  clearInterval(progress);
  closeSync(file);
  say(outcome);
  return `${readFileSync(logOf(step), "utf8")}\n${outcome}`;
}

async function takeSecondHalf() {
  const outputs = [];
  for (const step of secondHalf) outputs.push(await takeAside(step));
  return outputs;
}

say("\nTwo steps run at a time. The output of the checks, the browser tests and the mutations follows at the end.");
const finished = takeSecondHalf();
for (const step of firstHalf) {
  announce(step);
  say(await take(step));
}
for (const output of await finished) say(output);
announce(benchmark);
say(await take(benchmark));
if (failed.length === 0) rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
else say(`\nWhat the tests left is in ${temporary}.`);
say(failed.length === 0 ? `\nAll tests passed in ${secondsSince(begin)} s.` : `\nFailed: ${failed.join("; ")}.`);
process.exit(failed.length === 0 ? 0 : 1);
