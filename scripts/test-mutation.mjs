// npm run test:mutation: takes the rules apart, one change at a time, and expects a test to notice. Takes a while.
import { ensureBuilt, ensureInstalled, ensureRedis, root, run, say } from "./setup.mjs";

await ensureInstalled();
await ensureBuilt(["packages"]);
await ensureRedis();
say("Mutation testing of the rules, the checks of tokens and the quota guard …");
const rules = await run("stryker", ["run"], { cwd: `${root}packages/rules` });
const server = await run("stryker", ["run"], { cwd: `${root}packages/server` });
process.exit(rules || server);
