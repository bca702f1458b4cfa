// Opens an address in the person's browser, by the means of the system.
import { spawn } from "node:child_process";
const openers = {
    darwin: ["open"],
    win32: ["rundll32", "url.dll,FileProtocolHandler"],
};
/** Best effort: the address has been printed already. */
export function openPage(url) {
    const [command, ...args] = openers[process.platform] ?? ["xdg-open"];
    spawn(command, [...args, url], { stdio: "ignore", detached: true })
        .on("error", () => { })
        .unref();
}
