// Tests the state file: failures are reported, a broken file is named, and only one emulator uses a file.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultSeed, startEmulator } from "../src/start-emulator.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "emulator-state-"));
});
afterAll(() => rm(folder, { recursive: true }));

const main = fileURLToPath(new URL("../src/emulator-bin.ts", import.meta.url));

/** Runs the command, calls `onReady` when it is ready, and stops it. */
function run(file: string, onReady: () => Promise<void>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [main, "--port", "0", "--tls-port", "0", "--state", file], { cwd: folder });
  let output = "";
  let isReady = false;
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    if (isReady || !output.includes("Press Ctrl-C to stop.")) return;
    isReady = true;
    void onReady().then(() => child.kill("SIGTERM"));
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

it("exits with 1 and says why if the state cannot be saved", async () => {
  const file = join(folder, "unsaved", "state.json");
  const { code, output } = await run(file, async () => {
    await rm(file, { force: true });
    // The file cannot replace a folder.
    await mkdir(join(file, "in-the-way"), { recursive: true });
  });
  expect(output).toContain(`The state cannot be saved to ${file}`);
  expect(code).toBe(1);
});

it.each([
  ["not JSON", "{", "is broken"],
  ["no export", "{}", "this is not an export of the emulator"],
  ["with a wrong member", '{"format":"teams-token-emulator/1","state":{}}', "must be a list"],
])("names a file that is %s, says what to do and leaves the file as it is", async (_name, text, message) => {
  const stateFile = join(folder, "broken.json");
  await writeFile(stateFile, text);
  const failure = startEmulator({ stateFile });
  await expect(failure).rejects.toThrow(`The state file ${stateFile} is broken`);
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.toThrow("Restore a copy of the file, or move it away");
  expect(await readFile(stateFile, "utf8")).toBe(text);
});

it.each<[string, (name: string) => Promise<string>, string]>([
  [
    "that is a folder",
    async (name) => {
      await mkdir(join(folder, name));
      return join(folder, name);
    },
    "it is a folder",
  ],
  [
    "below a file",
    async (name) => {
      await writeFile(join(folder, name), "");
      return join(folder, name, "state.json");
    },
    "a part of its path is a file",
  ],
])("refuses a file %s, and says so", async (_name, prepare, message) => {
  const stateFile = await prepare(`place-${message.length}`);
  const failure = startEmulator({ stateFile });
  await expect(failure).rejects.toThrow(`The state file ${stateFile}`);
  await expect(failure).rejects.toThrow(message);
});

const isLinux = process.platform === "linux";

describe.runIf(isLinux)("a place that takes no state", () => {
  it.each([
    ["/proc/nowhere/state.json", "no files or folders can be made there"],
    ["/proc/state.json", "no files or folders can be made there"],
    ["/dev/full", "it is a pipe or a device, not a file"],
    ["/dev/null", "it is a pipe or a device, not a file"],
    ["/dev/null/state.json", "a part of its path is a file, not a folder"],
  ])("%s ends the command, which names the reason and the option", async (file, reason) => {
    const { code, output } = await run(file, async () => {});
    expect(output).toBe(
      `The state file ${file} cannot be used: ${reason}. Choose another file with --state (stateFile).\n`,
    );
    expect(code).toBe(1);
  });

  it("is a named pipe too", async () => {
    const stateFile = join(folder, "pipe");
    execFileSync("mkfifo", [stateFile]);
    await expect(startEmulator({ stateFile })).rejects.toThrow("it is a pipe or a device, not a file");
  });
});

it("makes the folders of a file", async () => {
  const stateFile = join(folder, "one", "two", "three", "state.json");
  await (await startEmulator({ stateFile })).close();
  expect(JSON.parse(await readFile(stateFile, "utf8"))).toMatchObject({ format: "teams-token-emulator/1" });
});

it.runIf(isLinux)("says where the CA for HTTPS cannot be kept, and how to choose another place", async () => {
  await expect(startEmulator({ tlsPort: 0, stateFolder: "/proc/nowhere" })).rejects.toThrow(
    "The CA for HTTPS cannot be kept in /proc/nowhere: no files or folders can be made there. Choose another folder with --state FILE (stateFolder).",
  );
});

it.runIf(isLinux)("says that it waits for the seed if that is a pipe, and takes it", async () => {
  const file = join(folder, "seed-pipe");
  execFileSync("mkfifo", [file]);
  const child = spawn(process.execPath, [main, "--port", "0", "--tls-port", "0", "--seed", file], { cwd: folder });
  let output = "";
  const ready = new Promise<void>((resolve) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Press Ctrl-C to stop.")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
  });
  await writeFile(file, JSON.stringify(await defaultSeed()));
  await ready;
  expect(output).toContain(`Waiting for the seed from the pipe ${file} (--seed).`);
  child.kill("SIGTERM");
  await once(child, "close");
});

it("refuses a second emulator on the same file, and takes it after the first has ended", async () => {
  const stateFile = join(folder, "shared.json");
  const first = await startEmulator({ stateFile });
  await expect(startEmulator({ stateFile })).rejects.toThrow(`(process ${process.pid} on ${hostname()}) uses`);
  await first.close();
  await (await startEmulator({ stateFile })).close();
});

it("takes a file whose emulator was killed; in a container, the next process has the same pid", async () => {
  const stateFile = join(folder, "left.json");
  const lock = `${stateFile}.lock`;
  for (const pid of [4_194_304, process.pid]) {
    await writeFile(lock, JSON.stringify({ host: hostname(), pid, startedAt: 0 }));
    await (await startEmulator({ stateFile })).close();
  }
});

it("refuses a file that an emulator on another host has used within the last seconds", async () => {
  const stateFile = join(folder, "volume.json");
  const lock = `${stateFile}.lock`;
  await writeFile(lock, JSON.stringify({ host: "other", pid: 1, startedAt: 0 }));
  await expect(startEmulator({ stateFile })).rejects.toThrow("process 1 on other");
  const minuteAgo = new Date(Date.now() - 60_000);
  await utimes(lock, minuteAgo, minuteAgo);
  await (await startEmulator({ stateFile })).close();
});
