// npm run test:load: long versions of tests that npm test runs in short: load, floods, restarts and thousands of mutated tokens.
// They use only this machine.
import { readArguments } from "./arguments.mjs";
import { run } from "./processes.mjs";
import { ensureBuilt, ensureInstalled, say } from "./setup.mjs";
import { ensureRedis } from "./system-packages.mjs";
import { toolEnv } from "./tools.mjs";

readArguments({
  command: "npm run test:load",
  does: "Runs the long tests: load, floods, restarts and thousands of mutated tokens. It takes about 15 minutes.",
});
await ensureInstalled();
await ensureBuilt(["packages", "page"]);
await ensureRedis();
say("Running the load tests (about 15 minutes) …");
const env = { ...toolEnv(), SIGTERM_RUNS: "20", MUTATED_TOKENS: "100000" };
process.exit(await run("vitest", ["run", "--config", "test/load/vitest.config.ts"], { env }));
