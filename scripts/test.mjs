// npm test: set up what is missing, then every test there is: checks, rules and HTTP (Vitest), the rules taken apart one by
// one (Stryker, its short form), the benchmark as a smoke test, then the whole flow in a browser.
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
const env = { ...toolEnv(), CHROMIUM_PATH: browser };

const steps = [
  ["Format, lint and types", node, ["scripts/check.mjs"]],
  ["Rules, HTTP and contract tests", "vitest", ["run"]],
  ["Mutations of the rules", "stryker", ["run"], { cwd: `${root}server`, env: { ...env, MUTATE: "short" } }],
  ["Benchmark, as a smoke test", node, ["bench/run.mjs", "--short"]],
  ["Browser tests", "playwright", ["test", "--config", "e2e"]],
];
const failed = [];
for (const [what, command, args, options] of steps) {
  say(`\n${what} …`);
  const begin = performance.now();
  const status = await run(command, args, { env, ...options });
  say(`${what}: ${status === 0 ? "passed" : "failed"} in ${Math.round((performance.now() - begin) / 1000)} s`);
  if (status !== 0) failed.push(what);
}
say(failed.length === 0 ? "\nAll tests passed." : `\nFailed: ${failed.join("; ")}.`);
process.exit(failed.length === 0 ? 0 : 1);
