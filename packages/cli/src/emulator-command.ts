// teams-token-exchange emulator: Entra ID and ACS Identity on this machine. The options are the emulator's own.
import {
  type CommandValues,
  closeOnSignal,
  commandOptions,
  readCommandSettings,
  startFromSettings,
  startMessage,
} from "@teams-token-exchange/emulator/command";
import type { Command } from "commander";
import { CommandFailure, UsageError } from "./command/failures.ts";

/** Adds options and the action. */
export function defineEmulator(command: Command): void {
  command.description(
    "Runs an emulator of Microsoft Entra ID, Microsoft Graph and Azure Communication Services Identity on this machine. Ctrl-C ends it.",
  );
  for (const { flag, value, description } of Object.values(commandOptions))
    command.option(`${flag} <${value.toLowerCase()}>`, description);
  command
    .addHelpText("after", "\nExample:\n  teams-token-exchange emulator --port 9400 --state emulator.json")
    .action((values: CommandValues) => runEmulator(values));
}

function settingsOf(values: CommandValues) {
  try {
    return readCommandSettings(values, process.env);
  } catch (error) {
    throw error instanceof Error ? new UsageError(error.message, { cause: error }) : error;
  }
}

async function runEmulator(values: CommandValues): Promise<void> {
  const settings = settingsOf(values);
  const emulator = await startFromSettings(settings, (line) => void process.stderr.write(`${line}\n`)).catch(
    (error: unknown) => {
      throw error instanceof Error ? new CommandFailure(error.message, { cause: error }) : error;
    },
  );
  closeOnSignal(emulator);
  process.stdout.write(`${startMessage(emulator)}\n`);
}
