// npm run bench: see bench/run.mjs.
import { benchArguments } from "../bench/arguments.mjs";
import { readArguments } from "./arguments.mjs";
import { run } from "./processes.mjs";
import { ensureBuilt, ensureInstalled } from "./setup.mjs";

readArguments(benchArguments);
await ensureInstalled();
await ensureBuilt(["packages", "page"]);
process.exit(await run("node", ["bench/run.mjs", ...process.argv.slice(2)]));
