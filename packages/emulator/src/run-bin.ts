// What the bin `teams-token-emulator` does: reads the arguments, starts an emulator and stops it on a signal.
import { type CommandSettings, closeOnSignal, commandOptions, startFromSettings, startMessage } from "./command.ts";
import { readArguments } from "./read-arguments.ts";

const optionLines = Object.values(commandOptions).map(
  ({ flag, value, description }) => `  ${`${flag} ${value}`.padEnd(23)}  ${description}`,
);

const usage = `teams-token-emulator: Microsoft Entra ID and Azure Communication Services Identity on this machine

${optionLines.join("\n")}`;

/** Prints why the command ends, and ends it. */
function fail(error: unknown, status: number, more = ""): never {
  console.error(`${error instanceof Error ? error.message : error}${more}`);
  process.exit(status);
}

function settingsOf(args: readonly string[]): CommandSettings | "help" {
  try {
    return readArguments(args, process.env);
  } catch (error) {
    return fail(error, 2, `\n\n${usage}`);
  }
}

/** Runs the bin. Resolves when the emulator has started; ends the process if it cannot. @param args without Node and the file */
export async function runBin(args: readonly string[]): Promise<void> {
  const settings = settingsOf(args);
  if (settings === "help") {
    console.log(usage);
    return;
  }
  const emulator = await startFromSettings(settings, console.error).catch((error: unknown) => fail(error, 1));
  closeOnSignal(emulator);
  console.log(startMessage(emulator));
}
