// npm run test:mutation: takes the rules apart, one change at a time, and expects a test to notice. Takes a while.
import { ensureBuilt, ensureInstalled, ensureRedis, root, run, say } from "./setup.mjs";

await ensureInstalled();
await ensureBuilt(["packages"]);
await ensureRedis();
say("Mutation testing of entra/, teams-token/ and the quota guard …");
process.exit(await run("stryker", ["run"], { cwd: `${root}packages/server` }));
