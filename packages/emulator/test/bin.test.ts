// The built bin as people run it: with an older Node, and with a reader that leaves.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const bin = fileURLToPath(new URL("../dist/emulator-bin.js", import.meta.url));

/** Runs the bin to its end. @param closed the streams whose reader leaves immediately */
function run(node: string, args: string[], env: Record<string, string> = {}, closed: ("stdout" | "stderr")[] = []) {
  const child = spawn(node, [bin, ...args], { cwd: tmpdir(), env: { PATH: process.env["PATH"] ?? "", ...env } });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk) => (said[name] += String(chunk)));
    if (closed.includes(name)) child[name].destroy();
  }
  return new Promise<typeof said & { status: number | null }>((resolve) => {
    child.on("close", (status) => resolve({ ...said, status }));
  });
}

const sentence = (version: string) =>
  `teams-token-emulator needs Node 22.18 or later, and this is ${version}. Get it from https://nodejs.org\n`;

/** A Node of this machine that is too old. */
const olderNode = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin"]
  .map((folder) => join(folder, "node"))
  .filter((file) => existsSync(file) && realpathSync(file) !== realpathSync(process.execPath))
  .map((file) => ({ file, version: execFileSync(file, ["-p", "process.versions.node"], { encoding: "utf8" }).trim() }))
  .find(({ version }) => Number(version.split(".")[0]) < 22);

describe("with an older Node", () => {
  it.each(["20.20.2", "22.17.1"])("%s, it prints one sentence and ends with status 1", async (version) => {
    const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;
    const outcome = await run(process.execPath, ["--help"], { NODE_OPTIONS: `--import=${older}` });
    expect(outcome).toEqual({ status: 1, stdout: "", stderr: sentence(version) });
  });

  // Skipped on machines without an older Node.
  it.skipIf(olderNode === undefined)("that this machine has, it prints the same sentence", async () => {
    const { file, version } = olderNode ?? { file: "", version: "" };
    expect(await run(file, [])).toEqual({ status: 1, stdout: "", stderr: sentence(version) });
  });
});

describe("with a reader that has left", () => {
  it.each([
    [["--help"], 0],
    [["--unknown"], 2],
  ])("%j ends quietly", async (args, status) => {
    expect(await run(process.execPath, args, {}, ["stdout"])).toMatchObject({ status, stdout: "" });
    expect(await run(process.execPath, args, {}, ["stdout", "stderr"])).toMatchObject({ status });
  });
});
