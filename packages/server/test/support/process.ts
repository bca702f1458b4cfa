// The built program as a child process, for tests of its start, its end and its limits.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { until } from "./world.ts";

/** The arguments of Node that start the built server. */
export const serve = [fileURLToPath(new URL("../../../cli/dist/main.js", import.meta.url)), "serve"];

export interface RunningProgram {
  child: ChildProcess;
  /** Its output so far. */
  printed: { out: string; err: string };
  /** Its exit status, once it has ended. */
  ended: Promise<number | null>;
}

/** Runs a command line to its end or to the end of the test. */
export function runCommand(command: string, args: string[], options: SpawnOptions): RunningProgram {
  const child = spawn(command, args, { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"], ...options });
  const printed = { out: "", err: "" };
  child.stdout?.on("data", (chunk) => (printed.out += chunk));
  child.stderr?.on("data", (chunk) => (printed.err += chunk));
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, printed, ended: once(child, "close").then(([status]) => status as number | null) };
}

/** Runs the program with exactly this environment, in a folder without an .env file. */
export const runProgram = (env: Record<string, string>, nodeArgs: string[] = []): RunningProgram =>
  runCommand(process.execPath, [...nodeArgs, ...serve], { env });

/** The address at which it listens, once it does; throws when it ends before. */
export async function addressOf({ child, printed }: RunningProgram): Promise<string> {
  const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(printed.out)?.[0];
  await until(() => address() !== undefined || child.exitCode !== null);
  const found = address();
  if (!found) throw new Error(`The program ended: ${printed.err}`);
  return found;
}
