// Finds the files that come with this package. Sources and the built chunks both lie two folders below it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
/** The page that comes with the package. A repository that has not built it has no such folder. */
export const packagedPage = fileURLToPath(new URL("../../page", import.meta.url));
/** The version of this package. */
export function readVersion() {
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    return JSON.parse(manifest).version;
}
