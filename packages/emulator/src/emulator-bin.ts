#!/usr/bin/env node
// The bin `teams-token-emulator`: reads the arguments, starts an emulator and stops it on a signal.
import { commandOptions, readArguments, startFromSettings, startMessage } from "./command.ts";

const optionLines = Object.values(commandOptions).map(
  ({ flag, value, description }) => `  ${`${flag} ${value}`.padEnd(17)}  ${description}`,
);

const usage = `teams-token-emulator: Microsoft Entra ID and Azure Communication Services Identity on this machine

${optionLines.join("\n")}`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function run(args: ReturnType<typeof readArguments>): Promise<void> {
  try {
    const emulator = await startFromSettings(args, console.error);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => void emulator.close().finally(() => process.exit(0)));
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
