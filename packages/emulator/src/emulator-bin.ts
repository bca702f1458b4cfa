#!/usr/bin/env node
// The bin `teams-token-emulator`: reads the arguments, starts an emulator and stops it on a signal.
import { commandOptions, readArguments, startFromSettings, startMessage } from "./command.ts";
import type { Emulator } from "./start-emulator.ts";

const optionLines = Object.values(commandOptions).map(
  ({ flag, value, description }) => `  ${`${flag} ${value}`.padEnd(23)}  ${description}`,
);

const usage = `teams-token-emulator: Microsoft Entra ID and Azure Communication Services Identity on this machine

${optionLines.join("\n")}`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Exits with 1 if the state cannot be saved. */
async function stop(emulator: Emulator): Promise<void> {
  try {
    await emulator.close();
    process.exit(0);
  } catch (error) {
    console.error(messageOf(error));
    process.exit(1);
  }
}

async function run(args: ReturnType<typeof readArguments>): Promise<void> {
  try {
    const emulator = await startFromSettings(args, console.error);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => void stop(emulator));
    }
    console.log(startMessage(emulator));
  } catch (error) {
    console.error(messageOf(error));
    process.exit(1);
  }
}

try {
  const args = readArguments(process.argv.slice(2), process.env);
  if (args.help) console.log(usage);
  else await run(args);
} catch (error) {
  console.error(`${messageOf(error)}\n\n${usage}`);
  process.exit(1);
}
