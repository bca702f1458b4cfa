// npm run register, without the process around it: reads the tenant, says what would change, asks, changes it, writes .env.
import { Advice } from "../command/failures.js";
import { perform, readDirectory, simulate } from "./directory-state.js";
import { isOpenToOthers, readText, saveText, withoutBlock, withValues } from "./env-file.js";
import { nextStep } from "./next-step.js";
import { settingsToWrite } from "./settings.js";
import { findRemovals } from "./undo.js";
import { describeWanted } from "./wanted.js";
/** All steps, on paper. */
function planOf(directory, wanted) {
    const steps = [];
    let state = directory;
    for (let step = nextStep(state, wanted); step; step = nextStep(state, wanted)) {
        steps.push(step);
        state = simulate(state, step);
    }
    return steps;
}
/** Where an administrator agrees for the whole tenant; it ends on the page's own bridge, which says so. */
export function consentUrl({ authority }, tenantId, clientId, { redirectUris }) {
    const bridge = redirectUris.find((uri) => uri.endsWith("/redirect.html")) ?? "";
    return `${authority}/${tenantId}/adminconsent?${new URLSearchParams({ client_id: clientId, redirect_uri: bridge })}`;
}
async function mayGoOn({ options, io }, question) {
    if (options.yes || (await io.confirm(question)))
        return;
    throw new Advice("Nothing was changed.", "Run it again and answer yes, or add --yes.");
}
/** Everything in the tenant. @returns what there is afterwards; on paper in a dry run */
async function bringAbout(needs, wanted) {
    const { graph, io, options } = needs;
    io.note("Reading the registrations of the tenant …");
    let directory = await readDirectory(graph, wanted, needs.env);
    const plan = planOf(directory, wanted);
    if (plan.length === 0)
        return { directory, changed: false };
    io.say(options.dryRun ? "Would change in the tenant:" : "To change in the tenant:");
    for (const line of plan.flatMap(({ what }) => what))
        io.say(`  + ${line}`);
    if (options.dryRun)
        return { directory: plan.reduce(simulate, directory), changed: true };
    await mayGoOn(needs, "Make these changes?");
    for (let step = nextStep(directory, wanted), done = 1; step; step = nextStep(directory, wanted), done += 1) {
        io.note(`[${done}/${plan.length}] ${step.what.join("; ")} …`);
        directory = await perform(graph, directory, step);
    }
    return { directory, changed: true };
}
/** Values that the file holds already with other contents, beside the block that is ours. */
const overwritten = (before, values) => Object.keys(values).filter((name) => {
    const line = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(.*)$`, "m").exec(withoutBlock(before))?.[1]?.trim();
    return line !== undefined && line !== "" && line.replaceAll(/^["']|["']$/g, "") !== values[name];
});
async function writeSettings(needs, values) {
    const { options, io } = needs;
    const before = readText(options.envFile);
    const after = withValues(before, values);
    if (after === before && !isOpenToOthers(options.envFile))
        return false;
    const names = Object.keys(values).join(", ");
    if (options.dryRun) {
        io.say(`Would write to ${options.envFile}: ${names}`);
        return true;
    }
    const lost = overwritten(before, values);
    if (lost.length > 0)
        await mayGoOn(needs, `${options.envFile} holds other values of ${lost.join(", ")}. Replace them?`);
    saveText(options.envFile, after);
    io.say(`Wrote ${options.envFile} (for you alone): ${names}`);
    return true;
}
/** Creates or updates both registrations. @returns the address for the administrator's consent, where there is a client */
export async function register(needs) {
    const { options, env, cloud, tenantId, io } = needs;
    const wanted = describeWanted(options.instance, options.pages);
    const { directory, changed } = await bringAbout(needs, wanted);
    const { api, client } = directory.applications;
    const known = { tenantId, cloud, apiClientId: api?.appId ?? "", clientId: client?.appId ?? "" };
    const asking = options.dryRun ? { ...io, askSecret: async () => "" } : io;
    const values = await settingsToWrite(known, env, options.envFile, asking);
    const wrote = await writeSettings(needs, values);
    if (!changed && !wrote)
        io.say("Nothing to change.");
    if (options.dryRun)
        return undefined;
    if (!values["ACS_CONNECTION_STRING"] && !env["ACS_CONNECTION_STRING"] && !env["ACS_ENDPOINT"]) {
        io.say("Still missing: ACS_CONNECTION_STRING (portal: your Communication Services resource, Keys).");
    }
    const address = consentUrl(cloud, tenantId, known.clientId, wanted);
    io.say("An administrator consents for everybody, once, here:");
    io.say(`  ${address}`);
    io.say("Then check everything: npm run doctor");
    return address;
}
/** Removes what register made. */
export async function undo(needs) {
    const { graph, io, options } = needs;
    io.note("Looking for what register made …");
    const removals = await findRemovals(graph, describeWanted(options.instance, options.pages), io);
    const before = readText(options.envFile);
    const after = withoutBlock(before);
    const hasBlock = after !== before;
    if (removals.length === 0 && !hasBlock) {
        io.say("There is nothing that register made.");
        return;
    }
    io.say(options.dryRun ? "Would remove:" : "To remove:");
    for (const { what } of removals)
        io.say(`  - ${what}`);
    if (hasBlock)
        io.say(`  - the settings that register wrote into ${options.envFile}`);
    if (options.dryRun)
        return;
    await mayGoOn(needs, "Remove it?");
    for (const { what, path } of removals) {
        io.note(`Removing ${what} …`);
        await graph.delete(path);
    }
    if (hasBlock)
        saveText(options.envFile, after);
    io.say("Removed.");
}
