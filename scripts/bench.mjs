// npm run bench: see bench/run.mjs.
import { ensureBuilt, ensureInstalled, node, run } from "./setup.mjs";

await ensureInstalled();
await ensureBuilt(["packages", "page"]);
process.exit(await run(node, ["bench/run.mjs", ...process.argv.slice(2)]));
