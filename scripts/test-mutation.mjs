// npm run test:mutation: changes the code in one place at a time and expects a test to fail. It takes several minutes.
import { ensureBuilt, ensureInstalled, ensureRedis, root, run, say } from "./setup.mjs";

await ensureInstalled();
await ensureBuilt(["packages"]);
await ensureRedis();
say("Mutation testing the rules, the token checks and the quota guard …");
const rules = await run("stryker", ["run"], { cwd: `${root}packages/rules` });
const server = await run("stryker", ["run"], { cwd: `${root}packages/server` });
process.exit(rules || server);
