// The files that ship next to the code. A bundler that puts this module into `dist/` must copy `seed/` and `static/`
// beside it.
import { readFile } from "node:fs/promises";
import { readSeed } from "./state/seed.ts";
import type { Seed } from "./state/seed-types.ts";

/**
 * The seed that comes with the package: two tenants, their users, the app registrations and one ACS resource.
 * @returns a copy that you may change and pass to `startEmulator`
 * @example
 * const seed = await defaultSeed();
 * seed.users[0].displayName = "Ada Example";
 * const emulator = await startEmulator({ seed });
 */
export const defaultSeed = (): Promise<Seed> => readSeed(new URL("../seed/default.json", import.meta.url));

/** The script of the control page. */
export const readControlScript = (): Promise<string> =>
  readFile(new URL("../static/control.js", import.meta.url), "utf8");
