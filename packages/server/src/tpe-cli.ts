#!/usr/bin/env node
// The process behind `npm run tpe`: arguments → assignments at ACS → a few lines. The words are read in
// teams-phone/command-line.ts.
import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";
import type { AcsOutcome } from "./acs/acs-failure.ts";
import { type Assignee, type Assignments, createAssignments } from "./acs/assignments.ts";
import { acsCredential } from "./acs/credential.ts";
import { createTransport } from "./acs/transport.ts";
import { PackageMissing } from "./settings/optional-packages.ts";
import { type Config, ConfigError, readConfig } from "./settings/read-settings.ts";
import { assignmentInWords, readTpeCommand, type TpeCommand, tpeUsage } from "./teams-phone/command-line.ts";

/** For each request, in milliseconds. */
const timeoutMs = 15_000;

/** ACS said no, or nothing. */
class NotDone extends Error {}

function settings(): Config {
  // Variables that are set already win over the file.
  if (existsSync(".env")) loadEnvFile(".env");
  return readConfig(process.env);
}

function orNotDone<Value>(outcome: AcsOutcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  const { reason, status, acsCode, msCv } = outcome;
  const facts = [reason, status && `status ${status}`, acsCode, msCv && `MS-CV ${msCv}`].filter(Boolean);
  throw new NotDone(`Azure Communication Services did not do it: ${facts.join(", ")}.`);
}

async function lineOf(assignments: Assignments, assignee: Assignee): Promise<string> {
  const found = orNotDone(await assignments.find(assignee, AbortSignal.timeout(timeoutMs)));
  return found ? assignmentInWords(found) : `${assignee.tenantId} ${assignee.objectId} is not assigned.`;
}

async function perform(command: TpeCommand, assignments: Assignments): Promise<string[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  if (command.action === "list") {
    return Promise.all(command.assignees.map((assignee) => lineOf(assignments, assignee)));
  }
  if (command.action === "assign") {
    return [assignmentInWords(orNotDone(await assignments.put(command.assignment, signal)))];
  }
  const { tenantId, objectId } = command.assignee;
  orNotDone(await assignments.remove(command.assignee, signal));
  return [`${tenantId} ${objectId} is not assigned any more.`];
}

async function main(): Promise<string[]> {
  const command = readTpeCommand(process.argv.slice(2));
  if (!command.ok) throw new NotDone(`${command.reason}\n\n${tpeUsage}`);
  const { acs } = settings();
  const transport = createTransport(acs.endpoint, 4);
  try {
    const credential = await acsCredential(acs.accessKeys);
    return await perform(command.value, createAssignments({ ...acs, credential, transport, now: Date.now }));
  } finally {
    await transport.close();
  }
}

try {
  process.stdout.write(`${(await main()).join("\n")}\n`);
} catch (error) {
  const isForPeople = error instanceof NotDone || error instanceof ConfigError || error instanceof PackageMissing;
  if (!isForPeople) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
