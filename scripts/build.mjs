// npm run build: builds what is older than its sources.
import { ensureBuilt, ensureInstalled, say } from "./setup.mjs";

await ensureInstalled();
await ensureBuilt();
say("Built: packages/emulator/dist, packages/server/dist, packages/cli/dist, apps/page/dist.");
