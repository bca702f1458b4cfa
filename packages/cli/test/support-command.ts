// Runs a command: reads its arguments in this process, or runs the built program.
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { runCommand } from "../../server/test/support/process.ts";
import { configured } from "../src/program.ts";

/** The built program. */
export const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** Reads the words as the program does. @returns the error that it printed, or nothing if the words are correct */
export async function mistakeIn(define: (command: Command) => void, words: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const command = configured(new Command("command"));
  command.configureOutput({
    writeErr: (text) => void printed.push(text),
    writeOut: (text) => void printed.push(text),
  });
  define(command);
  await command.parseAsync([...words], { from: "user" }).catch((error: Error) => void printed.push(error.message));
  return printed.join("\n");
}

/** Runs the built program with exactly this environment, in a folder without an .env file. */
export async function runProgram(words: readonly string[], env: Record<string, string> = {}, folder = tmpdir()) {
  const { printed, ended } = runCommand(process.execPath, [program, ...words], { env, cwd: folder });
  return { status: await ended, ...printed };
}
