// npm test: set up what is missing, then every test there is: rules and HTTP (Vitest), then the whole flow in a browser.
import { ensureBrowser, ensureBuilt, ensureInstalled, ensureRedis, run, say, toolEnv } from "./setup.mjs";

await ensureInstalled();
await ensureBuilt();
const browser = await ensureBrowser();
await ensureRedis();
const env = { ...toolEnv(), CHROMIUM_PATH: browser };

say("\nFormat, lint and types …");
const checked = await run(process.execPath, ["scripts/check.mjs"], { env });
say("\nRules, HTTP and contract tests …");
const unit = await run("vitest", ["run"], { env });
say("\nBrowser tests …");
const endToEnd = await run("playwright", ["test", "--config", "e2e"], { env });

const failed = [checked && "checks", unit && "Vitest", endToEnd && "browser tests"].filter(Boolean);
say(failed.length === 0 ? "\nAll tests passed." : `\nFailed: ${failed.join(", ")}.`);
process.exit(failed.length === 0 ? 0 : 1);
