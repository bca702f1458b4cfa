// teams-token-exchange register: creates or updates the two app registrations of a deployment and writes their ids to .env.
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import type { Environment } from "../command/environment.ts";
import { Advice } from "../command/failures.ts";
import { terminal } from "../command/io.ts";
import { createOutgoing, trustExtraAuthorities } from "../command/outgoing.ts";
import { readCloud } from "../graph/cloud.ts";
import { createGraph } from "../graph/graph.ts";
import { createSignIn, needsHttpsToSignIn, scopesFor } from "../graph/sign-in.ts";
import { findTenantId } from "../graph/tenant.ts";
import { requireWritable } from "./env-file.ts";
import { adviceForGraph } from "./graph-advice.ts";
import { register, undo } from "./register.ts";
import { defineOptions, type RegisterOptions } from "./register-options.ts";

const permissions = ["Application.ReadWrite.All"];
const permissionsOfUndo = [...permissions, "DelegatedPermissionGrant.Read.All"];
const role = "Application Administrator or Cloud Application Administrator";

/** Adds options and the action. */
export function defineRegister(command: Command): void {
  command
    .description(
      "Creates or updates the app registrations in your tenant and writes their ids to .env. You sign in with an account that may register applications. A second run changes only what differs.\nACS_CONNECTION_STRING is read from the environment, or asked for; it is never an argument.",
    )
    .addHelpText("after", "\nExample:\n  teams-token-exchange register --tenant contoso.onmicrosoft.com --dry-run");
  defineOptions(command, runRegister);
}

const openers: Readonly<Partial<Record<NodeJS.Platform, [command: string, ...args: string[]]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Opens an address in the user's browser. Best effort: the address has been printed already. */
function openPage(url: string): void {
  const [command, ...args] = openers[process.platform] ?? ["xdg-open"];
  spawn(command, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}

async function runRegister(options: RegisterOptions, env: Environment): Promise<void> {
  if (!options.dryRun) requireWritable(options.envFile);
  const wrongAuthorities = trustExtraAuthorities(env);
  if (wrongAuthorities !== undefined) terminal.note(wrongAuthorities);
  const outgoing = createOutgoing(env);
  const { fetch, proxy, httpClient } = outgoing;
  const cloud = readCloud(env);
  const needed = options.undo ? permissionsOfUndo : permissions;
  const tenantId = await findTenantId(cloud.authority, options.tenant, outgoing);
  if (needsHttpsToSignIn(env)) {
    throw new Advice(
      "Nobody can sign in at an http address, because Microsoft's library for signing in takes only https.",
      "Start the emulator with --tls-port 9443; set AZURE_AUTHORITY_HOST=https://localhost:9443 and NODE_EXTRA_CA_CERTS to the CA file that it prints.",
    );
  }
  const credential = createSignIn({ way: options.signIn, cloud, tenantId, say: terminal.note, httpClient });
  const scopes = scopesFor(options.signIn, cloud, needed);
  const graph = createGraph({ endpoint: cloud.graphEndpoint, credential, scopes, fetch, proxy, pause });
  const needs = { options, env, cloud, tenantId, graph, io: terminal };
  try {
    if (options.undo) return await undo(needs);
    const address = await register(needs);
    if (options.open && address) openPage(address);
  } catch (error) {
    throw adviceForGraph(error, needed, role);
  }
}
