// An emulator for each test file, tenants in different states, and the commands in process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { Command } from "commander";
import { afterAll, onTestFinished } from "vitest";
import { readEnvironment } from "../src/command/environment.ts";
import type { Io } from "../src/command/io.ts";
import { diagnose } from "../src/doctor/doctor.ts";
import type { Report } from "../src/doctor/examine.ts";
import { readCloud } from "../src/graph/cloud.ts";
import { createGraph, type Graph } from "../src/graph/graph.ts";
import { configured } from "../src/program.ts";
import { register, undo } from "../src/register/register.ts";
import { defineOptions, type RegisterOptions } from "../src/register/register-options.ts";

let shared: Promise<Emulator> | undefined;

/** The emulator of this test file, as its seed says. */
export async function freshEmulator(): Promise<Emulator> {
  shared ??= startEmulator();
  const emulator = await shared;
  emulator.reset();
  return emulator;
}
afterAll(async () => (await shared)?.close());

/** An action of the emulator's control API. */
export async function control(emulator: Emulator, action: string, body: object): Promise<void> {
  const response = await fetch(`${emulator.origin}/emulator/api/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** A tenant in which nothing of this project has been registered, and ACS has no service principal. */
export async function emptyTenant(emulator: Emulator): Promise<void> {
  // A consent to a resource without a service principal cannot be.
  const desktop = emulator.registration("desktop");
  for (const resource of ["teams", "api"]) {
    const resourceAppId = emulator.registration(resource).appId;
    await control(emulator, "remove", {
      kind: "consents",
      value: { tenantId: emulator.tenant("northwharf").id, clientAppId: desktop.appId, resourceAppId },
    });
  }

  for (const name of ["api", "api-v1", "spa"]) {
    const { appId } = emulator.registration(name);
    const list = emulator.registrations as unknown as { appId: string }[];
    list.splice(
      list.findIndex((one) => one.appId === appId),
      1,
    );
  }
  Object.assign(emulator.tenant("northwharf"), {
    missingServicePrincipals: [emulator.registration("teams").appId],
    servicePrincipalTags: {},
  });
}

/** A folder for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const allPermissions = [
  "Application.ReadWrite.All",
  "Application.Read.All",
  "DelegatedPermissionGrant.Read.All",
  "Policy.Read.All",
  "User.Read",
];

/** Graph for a user of the emulator. */
export function graphOf(emulator: Emulator, user = "erin", scopes: string[] = allPermissions): Graph {
  const getToken = async () => ({
    token: await emulator.issueToken({ resource: "graph", user, scopes, client: "graph-cli" }),
    expiresOnTimestamp: Number.MAX_SAFE_INTEGER,
  });
  return createGraph({ endpoint: emulator.origin, credential: { getToken }, scopes: [], fetch, pause: async () => {} });
}

/** The variables that a person sets for the emulator; everything else register finds out. */
export const environmentOf = (emulator: Emulator): Record<string, string> => ({
  ENTRA_AUTHORITY: emulator.origin,
  GRAPH_ENDPOINT: emulator.origin,
  ACS_CONNECTION_STRING: emulator.acsConnectionString,
});

/** A terminal that remembers what was said, and answers every question the same. */
export function recordingIo(
  answer = true,
): Io & { readonly lines: string[]; readonly notes: string[]; questions: string[] } {
  const lines: string[] = [];
  const notes: string[] = [];
  const questions: string[] = [];
  return {
    lines,
    notes,
    questions,
    say: (line) => void lines.push(line),
    note: (line) => void notes.push(line),
    confirm: async (question) => {
      questions.push(question);
      return answer;
    },
    askSecret: async () => "",
  };
}

interface RunOptions {
  readonly io?: Io;
  readonly graph?: Graph;
  readonly environment?: Record<string, string>;
}

/** The options that the program reads from these words. */
async function optionsOf(words: readonly string[]): Promise<RegisterOptions> {
  const command = configured(new Command("register"));
  let read: RegisterOptions | undefined;
  defineOptions(command, async (options) => {
    read = options;
  });
  await command.parseAsync([...words], { from: "user" });
  if (!read) throw new Error("the command did not run");
  return read;
}

/** register with these arguments and an .env in the folder. */
export async function runRegister(emulator: Emulator, folder: string, args: string[], given: RunOptions = {}) {
  const { io = recordingIo(), graph = graphOf(emulator), environment = environmentOf(emulator) } = given;
  const tenantId = emulator.tenant("northwharf").id;
  const envFile = join(folder, ".env");
  const { env } = readEnvironment(environment, envFile);
  const options = await optionsOf(["--tenant", tenantId, "--env-file", envFile, ...args]);
  const needs = { options, env, cloud: readCloud(env), tenantId, graph, io };
  return options.undo ? undo(needs) : register(needs);
}

/** An administrator accepts on the consent page, as a browser would. */
export async function acceptConsent(address: string, emulator: Emulator): Promise<Response> {
  const body = new URLSearchParams({ account: emulator.user("erin").upn });
  return fetch(address, { method: "POST", body, redirect: "manual" });
}

/** A tenant with everything as it should be: registered, consented to, .env written. @returns the folder of the .env */
export async function completeSetUp(emulator: Emulator): Promise<string> {
  await emptyTenant(emulator);
  const folder = temporaryFolder();
  const address = await runRegister(emulator, folder, ["--yes"]);
  await acceptConsent(String(address), emulator);
  return folder;
}

interface DoctorOptions {
  readonly environment?: Record<string, string | undefined>;
  readonly user?: string;
  readonly graph?: Graph | undefined;
  readonly server?: URL;
  readonly now?: () => number;
  readonly installation?: string;
  readonly wantsSignIn?: boolean;
  readonly tenant?: string;
}

/** doctor with the .env of the folder. */
export function runDoctor(emulator: Emulator, folder: string, given: DoctorOptions = {}): Promise<Report> {
  const { environment = {}, server, now = Date.now, installation = folder, wantsSignIn = false } = given;
  const { env, inFile } = readEnvironment({}, join(folder, ".env"));
  const graph = "graph" in given ? given.graph : graphOf(emulator, given.user);
  const settings = { env: { ...env, ...environment }, inFile };
  const { tenant } = given;
  return diagnose({ ...settings, server, folder: installation, fetch, now, graph, wantsSignIn, tenant });
}

export const readFileOf = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8");
export const writeFileOf = (folder: string, name: string, text: string | Buffer): void =>
  writeFileSync(join(folder, name), text);
