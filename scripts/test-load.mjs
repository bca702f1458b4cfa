// npm run test:load: the long forms of what npm test runs in short: load, floods, restarts and mutated tokens by the
// thousand. All of it stays on this machine.
import { ensureBuilt, ensureInstalled, ensureRedis, run, say, toolEnv } from "./setup.mjs";

await ensureInstalled();
await ensureBuilt(["packages", "client"]);
await ensureRedis();
say("Load tests; about a quarter of an hour …");
const env = { ...toolEnv(), SIGTERM_RUNS: "20", MUTATED_TOKENS: "100000" };
process.exit(await run("vitest", ["run", "--config", "test/load/vitest.config.ts"], { env }));
