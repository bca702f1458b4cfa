// The register command without its terminal: reads the tenant, says what would change, asks, changes it, writes .env.

import { type Environment, readEnvFile } from "../command/environment.ts";
import { Advice } from "../command/failures.ts";
import type { Io } from "../command/io.ts";
import type { Cloud } from "../graph/cloud.ts";
import type { Graph } from "../graph/graph.ts";
import { type DesiredState, type Directory, describeDesiredState } from "./desired-state.ts";
import { perform, readDirectory, simulate } from "./directory-state.ts";
import { isOpenToOthers, saveText, type Values, withoutBlock, withValues } from "./env-file.ts";
import { nextStep, type Step } from "./next-step.ts";
import type { RegisterOptions } from "./register-options.ts";
import { settingsToWrite } from "./settings-to-write.ts";
import { findRemovals } from "./undo.ts";

export interface RegisterNeeds {
  readonly options: RegisterOptions;
  readonly env: Environment;
  readonly cloud: Cloud;
  readonly tenantId: string;
  readonly graph: Graph;
  readonly io: Io;
}

/** All steps, on paper. */
function planOf(directory: Directory, desired: DesiredState): Step[] {
  const steps: Step[] = [];
  let state = directory;
  for (let step = nextStep(state, desired); step; step = nextStep(state, desired)) {
    steps.push(step);
    state = simulate(state, step);
  }
  return steps;
}

/** The address where an administrator consents for the whole tenant. It ends on the client's /redirect.html, which confirms it. */
export function consentUrl(
  { authority }: Cloud,
  tenantId: string,
  clientId: string,
  { redirectUris }: DesiredState,
): string {
  const bridge = redirectUris.find((uri) => uri.endsWith("/redirect.html")) ?? "";
  return `${authority}/${tenantId}/adminconsent?${new URLSearchParams({ client_id: clientId, redirect_uri: bridge })}`;
}

async function mayGoOn({ options, io }: RegisterNeeds, question: string): Promise<void> {
  if (options.yes || (await io.confirm(question))) return;
  throw new Advice("Nothing was changed.", "Run it again and answer yes, or add --yes.");
}

/** Makes all changes in the tenant. @returns the state afterwards; in a dry run, the state that it would have */
async function applyPlan(
  needs: RegisterNeeds,
  desired: DesiredState,
): Promise<{ directory: Directory; changed: boolean }> {
  const { graph, io, options } = needs;
  io.note("Reading the registrations of the tenant …");
  let directory = await readDirectory(graph, desired, needs.env);
  const plan = planOf(directory, desired);
  if (plan.length === 0) return { directory, changed: false };
  io.say(options.dryRun ? "Would change in the tenant:" : "To change in the tenant:");
  for (const line of plan.flatMap(({ what }) => what)) io.say(`  + ${line}`);
  if (options.dryRun) return { directory: plan.reduce(simulate, directory), changed: true };
  await mayGoOn(needs, "Make these changes?");
  for (let step = nextStep(directory, desired), done = 1; step; step = nextStep(directory, desired), done += 1) {
    io.note(`[${done}/${plan.length}] ${step.what.join("; ")} …`);
    directory = await perform(graph, directory, step);
  }
  return { directory, changed: true };
}

/** Values that the file holds already with other contents, beside the block that is ours. */
const overwritten = (before: string, values: Values): string[] =>
  Object.keys(values).filter((name) => {
    const line = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(.*)$`, "m").exec(withoutBlock(before))?.[1]?.trim();
    return line !== undefined && line !== "" && line.replaceAll(/^["']|["']$/g, "") !== values[name];
  });

async function writeSettings(needs: RegisterNeeds, values: Values): Promise<boolean> {
  const { options, io } = needs;
  const before = readEnvFile(options.envFile);
  const after = withValues(before, values);
  if (after === before && !isOpenToOthers(options.envFile)) return false;
  const names = Object.keys(values).join(", ");
  if (options.dryRun) {
    io.say(`Would write to ${options.envFile}: ${names}`);
    return true;
  }
  const lost = overwritten(before, values);
  if (lost.length > 0)
    await mayGoOn(needs, `${options.envFile} holds other values of ${lost.join(", ")}. Replace them?`);
  saveText(options.envFile, after);
  io.say(`Wrote ${options.envFile} (readable only by you): ${names}`);
  return true;
}

/** Creates or updates both registrations. @returns the address of the consent page */
export async function register(needs: RegisterNeeds): Promise<string | undefined> {
  const { options, env, cloud, tenantId, io } = needs;
  const desired = describeDesiredState(options.instance, options.pages);
  const { directory, changed } = await applyPlan(needs, desired);
  const { api, client } = directory.applications;
  const known = { tenantId, cloud, apiClientId: api?.appId ?? "", clientId: client?.appId ?? "" };
  const asking = options.dryRun ? { ...io, askSecret: async () => "" } : io;
  const values = await settingsToWrite(known, env, options.envFile, asking);
  const wrote = await writeSettings(needs, values);
  if (!changed && !wrote) io.say("Nothing to change.");
  if (options.dryRun) return undefined;
  const waysToAcs = ["ACS_CONNECTION_STRING", "ACS_CONNECTION_STRING_FILE", "ACS_ENDPOINT"];
  if (!values["ACS_CONNECTION_STRING"] && !waysToAcs.some((name) => env[name])) {
    io.say("Still missing: ACS_CONNECTION_STRING (portal: your Communication Services resource, Keys).");
  }
  const address = consentUrl(cloud, tenantId, known.clientId, desired);
  io.say("An administrator consents once for everyone, at this address:");
  io.say(`  ${address}`);
  io.say("Then check everything: npx teams-token-exchange doctor");
  return address;
}

/** Removes everything that register made. */
export async function undo(needs: RegisterNeeds): Promise<void> {
  const { graph, io, options } = needs;
  io.note("Looking for what register made …");
  const removals = await findRemovals(graph, describeDesiredState(options.instance, options.pages), io);
  const before = readEnvFile(options.envFile);
  const after = withoutBlock(before);
  const hasBlock = after !== before;
  if (removals.length === 0 && !hasBlock) {
    io.say("There is nothing that register made.");
    return;
  }
  io.say(options.dryRun ? "Would remove:" : "To remove:");
  for (const { what } of removals) io.say(`  - ${what}`);
  if (hasBlock) io.say(`  - the settings that register wrote into ${options.envFile}`);
  if (options.dryRun) return;
  await mayGoOn(needs, "Remove it?");
  for (const { what, path } of removals) {
    io.note(`Removing ${what} …`);
    await graph.delete(path);
  }
  if (hasBlock) saveText(options.envFile, after);
  io.say("Removed.");
}
