// npm run test:mutation: changes the code in one place at a time and expects a test to fail. It takes several minutes.
import { readArguments } from "./arguments.mjs";
import { run } from "./processes.mjs";
import { ensureBuilt, ensureInstalled, say } from "./setup.mjs";
import { ensureRedis } from "./system-packages.mjs";
import { root } from "./tools.mjs";

readArguments({
  command: "npm run test:mutation",
  does: "Changes the code in one place at a time and expects a test to fail. It takes several minutes.",
});
await ensureInstalled();
await ensureBuilt(["packages"]);
await ensureRedis();
say("Mutation testing the rules, the token checks and the quota guard …");
const rules = await run("stryker", ["run"], { cwd: `${root}packages/rules` });
const server = await run("stryker", ["run"], { cwd: `${root}packages/server` });
process.exit(rules || server);
