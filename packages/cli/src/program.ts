// The command line: names all commands, loads the one that is asked for, and turns every failure into a message and an
// exit status. Commander reads the arguments of all of them.
import { Command, CommanderError } from "commander";
import { CommandFailure, UsageError } from "./command/failures.ts";
import { readVersion } from "./command/package-files.ts";

/** Adds arguments, options, help and the action to a command. */
type Define = (command: Command) => void;

/** Each command has a file that is loaded only if it is asked for. */
const commands: Readonly<Record<string, { summary: string; load: () => Promise<Define> }>> = {
  demo: {
    summary: "try an exchange on this machine: emulator, server and page in one process",
    load: async () => (await import("./demo/demo-command.ts")).defineDemo,
  },
  serve: {
    summary: "run the server with the settings of the environment and .env",
    load: async () => (await import("./serve-command.ts")).defineServe,
  },
  emulator: {
    summary: "run the emulator of Entra ID and ACS Identity",
    load: async () => (await import("./emulator-command.ts")).defineEmulator,
  },
  register: {
    summary: "create the app registrations in your tenant and write .env",
    load: async () => (await import("./register/register-command.ts")).defineRegister,
  },
  doctor: {
    summary: "check the settings, the registrations and the ACS resource",
    load: async () => (await import("./doctor/doctor-command.ts")).defineDoctor,
  },
  explain: {
    summary: "say what tokens are and whether the server would accept them",
    load: async () => (await import("./explain-command.ts")).defineExplain,
  },
  deny: {
    summary: "refuse exchanges of a user, client or tenant, or allow them again",
    load: async () => (await import("./deny-command.ts")).defineDeny,
  },
  assign: {
    summary: "let users and resource accounts use Teams Phone extensibility",
    load: async () => (await import("./assign-command.ts")).defineAssign,
  },
};

/** Words that may be a token or another secret are never printed; a GUID is shorter than this. */
const withoutLongWords = (text: string) => text.replaceAll(/[^\s'=]{41,}/g, "…");

/** Commander repeats what it does not know. The value of an unknown option may be a secret, so only its name is repeated. */
const withoutValues = (text: string) => text.replaceAll(/'(--?[\w-]+)=[^']*'/g, "'$1'");

/** A command as all of ours are: it throws instead of ending the process, and its errors point to the help. */
export function configured(command: Command): Command {
  return command
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError("Add --help to see the arguments of this command.")
    .configureOutput({
      outputError: (text, write) => write(withoutLongWords(withoutValues(text))),
    });
}

async function createProgram(words: readonly string[]): Promise<Command> {
  const program = configured(new Command("teams-token-exchange"))
    .description(
      "Exchanges the Entra token of a Microsoft Teams user for an Azure Communication Services token: server, emulator and tools.",
    )
    .option("-V, --version", "show the version")
    .on("option:version", () => {
      process.stdout.write(`${readVersion()}\n`);
      throw new CommanderError(0, "commander.version", "");
    })
    .addHelpText("after", "\nExample:\n  npx teams-token-exchange demo");
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).summary(summary);
    if (words.includes(name)) (await load())(command);
  }
  return program;
}

/** A defect. Its message may quote a secret. Its frames help only those who repair it, so they are shown with DEBUG. */
async function unexpectedLines(error: unknown): Promise<string[]> {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const { codeOf, redact } = await import("@teams-token-exchange/server/deployment");
  const what = [name, codeOf(error), redact(message)].filter(Boolean).join(" ");
  const frames = process.env["DEBUG"] ? stack.split("\n").filter((line) => /^\s+at /.test(line)) : [];
  return [
    `The command ended because of an error that it did not expect: ${what}`,
    "  Next: run doctor. If the error stays, report it with the lines that DEBUG=1 adds.",
    ...frames,
  ];
}

/** Says what went wrong. @returns the exit status */
async function report(error: unknown): Promise<number> {
  // Commander has printed it: help and version are no failures, everything else is a mistake in the arguments.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const lines = error instanceof CommandFailure ? error.lines : await unexpectedLines(error);
  for (const line of lines) process.stderr.write(`${line}\n`);
  return error instanceof UsageError ? 2 : 1;
}

/** Runs the command that the words name. Resolves when the command has ended, or when its server has started. */
export async function runProgram(words: readonly string[]): Promise<void> {
  try {
    await (await createProgram(words)).parseAsync([...words], { from: "user" });
  } catch (error) {
    process.exitCode = await report(error);
  }
}
