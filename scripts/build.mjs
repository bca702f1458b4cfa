// npm run build: builds what is older than its sources.
import { readArguments } from "./arguments.mjs";
import { ensureBuilt, ensureInstalled, say } from "./setup.mjs";

readArguments({
  command: "npm run build",
  does: "Builds the packages, the program and the page, if they are older than their sources.",
});
await ensureInstalled();
await ensureBuilt();
say("Built: packages/emulator/dist, packages/server/dist, packages/cli/dist, apps/page/dist.");
