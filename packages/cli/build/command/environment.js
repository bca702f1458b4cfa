// The settings of a deployment as the server would read them: the environment, and below it an .env file.
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
/** Both sources; a variable that is set already wins over the file, as it does for the server. */
export function readEnvironment(processEnvironment, file) {
    const parsed = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
    const inFile = Object.fromEntries(Object.entries(parsed).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    return { env: { ...inFile, ...processEnvironment }, inFile };
}
