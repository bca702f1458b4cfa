// npm run test:load: long versions of tests that npm test runs in short: load, floods, restarts and thousands of mutated tokens.
// They use only this machine.
import { ensureBuilt, ensureInstalled, ensureRedis, run, say, toolEnv } from "./setup.mjs";

await ensureInstalled();
await ensureBuilt(["packages", "page"]);
await ensureRedis();
say("Running the load tests (about 15 minutes) …");
const env = { ...toolEnv(), SIGTERM_RUNS: "20", MUTATED_TOKENS: "100000" };
process.exit(await run("vitest", ["run", "--config", "test/load/vitest.config.ts"], { env }));
