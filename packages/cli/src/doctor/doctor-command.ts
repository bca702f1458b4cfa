// teams-token-exchange doctor: checks the settings, the registrations in the tenant and the ACS resource.
import { setTimeout as pause } from "node:timers/promises";
import { type Command, Option } from "commander";
import { type Environment, readEnvironment } from "../command/environment.ts";
import { CommandFailure, UsageError } from "../command/failures.ts";
import { terminal } from "../command/io.ts";
import { settingsFile, urlOf } from "../command/option-values.ts";
import { createOutgoing, type Outgoing, trustExtraAuthorities } from "../command/outgoing.ts";
import { readCloud } from "../graph/cloud.ts";
import { createGraph, type Graph } from "../graph/graph.ts";
import { createSignIn, needsHttpsToSignIn, type SignInWay, scopesFor, signInOption } from "../graph/sign-in.ts";
import { diagnose } from "./doctor.ts";
import { checks, exitStatusOf, forTenant, usableConfig } from "./examine.ts";
import { reportLines } from "./format-report.ts";

interface DoctorOptions {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly graph: boolean;
  readonly signIn: SignInWay;
  readonly envFile: string;
  readonly server?: URL;
  readonly skip: readonly string[];
  readonly tenant?: string;
}

const permissions = ["Application.Read.All", "DelegatedPermissionGrant.Read.All", "Policy.Read.All", "User.Read"];
const names = checks.map(({ name }) => name);

function addSkipped(name: string, before: readonly string[]): string[] {
  if (!names.includes(name)) throw new UsageError(`--skip names no check. The checks are: ${names.join(", ")}`);
  return [...before, name];
}

/** Adds options and the action. */
export function defineDoctor(command: Command): void {
  command
    .description(
      "Checks the settings, the registrations in the tenant and the ACS resource, and says how to correct what is wrong.\nYou sign in to read the registrations.",
    )
    .option("--json", "print the report as JSON", false)
    .option("--verbose", "also list the checks that passed, and what Microsoft will retire", false)
    .addOption(signInOption())
    .option("--no-graph", "do not sign in: leaves out registrations, consent and licence")
    .option("--server <url>", "where users reach the server, if not on this machine", urlOf("--server"))
    .option("--tenant <name>", "the tenant in TENANTS_FILE to check, if there are several")
    .addOption(
      new Option("--skip <check>", `leave a check out (repeatable): ${names.join(", ")}`)
        .argParser(addSkipped)
        .default([], "none"),
    )
    .option("--settings-file, --env-file <file>", settingsFile("read settings from this file too"), ".env")
    .addHelpText(
      "after",
      "\nExit status: 0 all passed, 1 findings, 2 something could not be checked.\n\nExample:\n  teams-token-exchange doctor --server https://app.example.com",
    )
    .action(async (options: DoctorOptions) => {
      process.exitCode = await runDoctor(options).catch((error: unknown) => {
        if (!(error instanceof CommandFailure)) throw error;
        for (const line of error.lines) terminal.note(line);
        return 2;
      });
    });
}

function graphFor({ graph, signIn, tenant }: DoctorOptions, env: Environment, outgoing: Outgoing): Graph | undefined {
  const config = usableConfig(env);
  if (!graph || !config || needsHttpsToSignIn(env)) return undefined;
  const cloud = readCloud(env);
  const { tenantId } = forTenant(config, tenant).entra;
  const credential = createSignIn({
    way: signIn,
    cloud,
    tenantId,
    say: terminal.note,
    httpClient: outgoing.httpClient,
  });
  return createGraph({
    endpoint: cloud.graphEndpoint,
    credential,
    scopes: scopesFor(signIn, cloud, permissions),
    fetch: outgoing.fetch,
    proxy: outgoing.proxy,
    pause,
  });
}

/** @returns the exit status */
async function runDoctor(options: DoctorOptions): Promise<number> {
  const { env, inFile } = readEnvironment(process.env, options.envFile);
  // First, because it decides which hosts are trusted; the check of the network reports what is wrong with it.
  trustExtraAuthorities(env);
  const outgoing = createOutgoing(env);
  terminal.note("Checking …");
  const report = await diagnose({
    env,
    inFile,
    server: options.server,
    skip: options.skip,
    tenant: options.tenant,
    folder: process.cwd(),
    fetch: outgoing.fetch,
    proxy: outgoing.proxy,
    now: Date.now,
    graph: graphFor(options, env, outgoing),
    wantsSignIn: options.graph,
  });
  if (options.json) terminal.say(JSON.stringify(report, undefined, 2));
  else for (const line of reportLines(report, options.verbose, Date.now())) terminal.say(line);
  return exitStatusOf(report);
}
