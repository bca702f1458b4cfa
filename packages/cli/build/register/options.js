// The arguments of npm run register.
import { parseArgs } from "node:util";
import { Advice } from "../command/failures.js";
import { signInWays } from "../graph/sign-in.js";
export const usage = `npm run register -- [options]

  --tenant ID         directory (tenant) id or domain; by default ENTRA_TENANT_ID
  --page URL          where the page will be; may be given again (http://localhost:3000/)
  --sign-in WAY       device (a code in your browser), cli (as az login left it) or existing (device)
  --instance NAME     several deployments in one tenant have a name each (default)
  --env-file FILE     (.env)
  --dry-run           show what would change, and change nothing
  --undo              remove what register made, and nothing else
  --yes               do not ask
  --open              open the address for the administrator's consent in a browser

  ACS_CONNECTION_STRING is taken from the environment, or asked for; it is never an argument.`;
function readPage(text) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isAllowed = url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname === "localhost");
    if (!url || !isAllowed || url.hash || url.search) {
        throw new Advice("--page takes an https address, or an http one of localhost.", "Give it as https://app.example.com/.");
    }
    return url;
}
/** The .env file that the arguments name; it is read before the rest of them can be. */
export function envFileOf(args) {
    const options = { "env-file": { type: "string" } };
    return parseArgs({ args: [...args], options, strict: false }).values["env-file"]?.toString() ?? ".env";
}
/** Reads the arguments. @throws {Advice} */
export function readOptions(args, env) {
    const text = { type: "string" };
    const flag = { type: "boolean", default: false };
    const { values } = parseArgs({
        args: [...args],
        options: {
            ...{ tenant: text, instance: text, "sign-in": text, "env-file": text },
            page: { type: "string", multiple: true },
            ...{ "dry-run": flag, undo: flag, yes: flag, open: flag },
        },
    });
    const tenant = values.tenant ?? env["ENTRA_TENANT_ID"]?.trim() ?? "";
    if (tenant === "")
        throw new Advice("The tenant is not known.", "Give --tenant with the id or the domain of your directory.");
    const instance = values.instance ?? "default";
    if (!/^[a-z0-9-]{1,40}$/.test(instance))
        throw new Advice("--instance takes small letters, digits and dashes.", "Choose another name.");
    const signIn = signInWays.find((way) => way === (values["sign-in"] ?? "device"));
    if (!signIn)
        throw new Advice(`--sign-in is one of ${signInWays.join(", ")}.`, "Choose one of them.");
    return {
        ...{ tenant, instance, signIn, envFile: envFileOf(args) },
        pages: (values.page ?? ["http://localhost:3000/"]).map(readPage),
        ...{ dryRun: values["dry-run"], undo: values.undo, yes: values.yes, open: values.open },
    };
}
