// teams-token-exchange explain: one or two tokens from standard input, explained. A token in an argument would stay in the
// history of the shell and in the list of processes, so arguments are refused. Nothing is stored and nothing is sent.
import { text } from "node:stream/consumers";
import {
  type Explanation,
  explainTokens,
  isGuid,
  type KnownRules,
  readTokens,
  type TokenExplanation,
  type Verdict,
} from "@teams-token-exchange/rules/explain";
import type { Command } from "commander";
import { type Environment, readEnvironment } from "./command/environment.ts";
import { UsageError } from "./command/failures.ts";
import { terminal } from "./command/io.ts";

/** Adds the action. */
export function defineExplain(command: Command): void {
  command
    .usage("< tokens.txt")
    .description(
      "Describes one or two tokens, and says whether the server would accept them or why not. Reads standard input: paste the tokens, a line each, then press Ctrl-D. Nothing is stored or sent.\nSettings are read from the environment and .env if they are there.",
    )
    .allowExcessArguments()
    .allowUnknownOption()
    .addHelpText(
      "after",
      "\nExit status: 0 the server would take them, 1 it would refuse one, 2 there is no token in the input.\n\nExample:\n  teams-token-exchange explain < tokens.txt",
    )
    .action(async () => {
      // The arguments are not repeated: one of them may be a token.
      if (command.args.length > 0) {
        throw new UsageError(
          "explain takes no arguments: a token there would stay in the shell's history. Give it on standard input",
        );
      }
      process.exitCode = await explain();
    });
}

/** @returns the exit status */
async function explain(): Promise<number> {
  if (process.stdin.isTTY)
    terminal.note("Paste one or two tokens, a line each, then press Ctrl-D. Nothing is stored or sent.");
  const input = readTokens(await text(process.stdin));
  if (!input.ok) throw new UsageError(input.advice.replace(/\.$/, ""));
  const { env } = readEnvironment(process.env, ".env");
  const explanation = explainTokens(input.tokens, knownRules(env), Date.now() / 1000);
  for (const line of explanationLines(explanation)) terminal.say(line);
  return explanation.tokens.every(({ verdict }) => verdict.taken) ? 0 : 1;
}

const items = (list = ""): string[] =>
  list
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
const ids = (list: string | undefined): string[] => items(list?.toLowerCase()).filter(isGuid);

/** Every setting that can be read; a bad one counts as not there, because doctor is who judges settings. */
export function knownRules(env: Environment): KnownRules {
  const authority = env["ENTRA_AUTHORITY"]?.trim() ?? "";
  const [tenantId] = ids(env["ENTRA_TENANT_ID"]);
  const [apiClientId] = ids(env["ENTRA_API_CLIENT_ID"]);
  const clientIds = ids(env["ENTRA_CLIENT_IDS"]);
  const apiAudiences = items(env["ENTRA_API_AUDIENCES"]);
  const contexts = items(env["REQUIRED_AUTH_CONTEXTS"]);
  return {
    ...(URL.canParse(authority) ? { authority: new URL(authority).origin } : {}),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(apiClientId === undefined ? {} : { apiClientId }),
    ...(apiAudiences.length === 0 ? {} : { apiAudiences }),
    ...(clientIds.length === 0 ? {} : { clientIds }),
    ...(contexts.length === 0 ? {} : { requiredAuthContexts: contexts }),
  };
}

function verdictLines(verdict: Verdict): string[] {
  if (verdict.taken) return [`  The server would take it. ${verdict.note}`];
  const { status, problem, title, field, when, remedy } = verdict;
  return [
    `  The server would refuse it: ${title} (${status}, /problems#${problem})`,
    `  Failing field   ${field}`,
    `  Why             ${when}`,
    `  What to do      ${remedy}`,
  ];
}

function tokenLines({ kindInWords, role, facts, verdict }: TokenExplanation): string[] {
  return [
    `As the ${role}: ${kindInWords}`,
    ...facts.map(({ label, value }) => `  ${label.padEnd(16)}${value}`),
    ...verdictLines(verdict),
    "",
  ];
}

/** All lines. None contains any part of a token. */
export function explanationLines({ tokens, assumptions }: Explanation): string[] {
  return [...tokens.flatMap(tokenLines), ...assumptions.map((sentence) => `Note: ${sentence}`)];
}
