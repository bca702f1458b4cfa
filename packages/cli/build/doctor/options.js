// The arguments of npm run doctor.
import { parseArgs } from "node:util";
import { Advice } from "../command/failures.js";
import { signInWays } from "../graph/sign-in.js";
import { checks } from "./examine.js";
export const usage = `npm run doctor -- [options]

  --json              the report for machines, on standard output (npm run --silent doctor -- --json)
  --verbose           also what was checked, and what will be retired some day
  --sign-in WAY       device (a code in your browser), cli (as az login left it) or existing (device)
  --no-graph          do not sign in: leaves out registrations, consent and licence
  --server URL        where people reach the server, if not on this machine
  --skip CHECK        leave a check out; may be given again
                      (${checks.map(({ name }) => name).join(", ")})
  --env-file FILE     (.env)

  Exit status: 0 no remark, 1 remarks, 2 something could not be checked.`;
/** Reads the arguments. @throws {Advice} */
export function readOptions(args) {
    const flag = { type: "boolean", default: false };
    const text = { type: "string" };
    const { values } = parseArgs({
        args: [...args],
        options: {
            ...{ json: flag, verbose: flag, "no-graph": flag, "sign-in": text, "env-file": text, server: text },
            skip: { type: "string", multiple: true, default: [] },
        },
    });
    const signIn = signInWays.find((way) => way === (values["sign-in"] ?? "device"));
    if (!signIn)
        throw new Advice(`--sign-in is one of ${signInWays.join(", ")}.`, "Choose one of them.");
    if (values.server !== undefined && !URL.canParse(values.server))
        throw new Advice("--server is not an address.", "Give it as https://app.example.com.");
    const unknown = values.skip.find((name) => !checks.some((check) => check.name === name));
    if (unknown !== undefined)
        throw new Advice("--skip names no check.", `There are: ${checks.map(({ name }) => name).join(", ")}.`);
    return {
        ...{ json: values.json, verbose: values.verbose, graph: !values["no-graph"], signIn },
        ...{ envFile: values["env-file"] ?? ".env", skip: values.skip },
        server: values.server === undefined ? undefined : new URL(values.server),
    };
}
