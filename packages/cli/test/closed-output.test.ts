// The built program with an output that nobody reads, as in `doctor | head -1`, or that cannot be written.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./support.ts";
import { program } from "./support-command.ts";

/** Runs a command. The reader of each stream leaves immediately, or takes what it can get. */
function run(args: string[], stdout: "left" | number, stderr: "left" | "read") {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: temporaryFolder(),
    env: {},
    stdio: ["ignore", stdout === "left" ? "pipe" : stdout, "pipe"],
  });
  let printedError = "";
  child.stdout?.destroy();
  if (stderr === "left") child.stderr?.destroy();
  else child.stderr?.on("data", (chunk) => (printedError += String(chunk)));
  return new Promise<{ status: number | null; printedError: string }>((resolve) => {
    child.on("close", (status) => resolve({ status, printedError }));
  });
}

const nobody = /EPIPE|^\s+at |node:/m;

describe("a reader that has left", () => {
  it.each([
    [["--help"], 0],
    [["--version"], 0],
    [["deny", "add", "--help"], 0],
    // Its work goes on: it finds that all settings are missing.
    [["doctor"], 1],
    [["doctor", "--json"], 1],
    [["serve"], 1],
    [["no-command"], 2],
  ])("changes nothing about the end of %j", async (args, status) => {
    const outcome = await run(args, "left", "read");
    expect(outcome.status).toBe(status);
    expect(outcome.printedError).not.toMatch(nobody);
    expect((await run(args, "left", "left")).status).toBe(status);
  });
});

it.runIf(process.platform === "linux")("a full disk is said in a sentence, with status 1", async () => {
  const { status, printedError } = await run(["--help"], openSync("/dev/full", "w"), "read");
  expect({ status, printedError }).toEqual({
    status: 1,
    printedError: "The output cannot be written: ENOSPC: no space left on device, write\n",
  });
});
