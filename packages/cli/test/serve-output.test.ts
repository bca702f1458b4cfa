// The built program with an output that fails (process-11) and with an uncaught defect (process-12).
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve } from "../../server/test/support/process.ts";
import { environmentFor, freePort, freshEmulator, until } from "../../server/test/support/world.ts";

async function run(stdout: number | "pipe", options: string[] = []) {
  const port = await freePort();
  const env = { ...environmentFor(await freshEmulator()), PORT: String(port), RATE_LIMIT_PER_ADDRESS: "0" };
  const child: ChildProcess = spawn(process.execPath, [...options, ...serve], {
    env,
    cwd: tmpdir(),
    stdio: ["ignore", stdout, "pipe"],
  });
  let printedError = "";
  child.stderr?.on("data", (chunk) => (printedError += chunk));
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit").then(([status]) => status as number);
  const url = `http://127.0.0.1:${port}`;
  // A new connection each time, because the server waits for kept ones when it ends.
  const answers = () =>
    new Promise<boolean>((resolve) =>
      get(`${url}/livez`, { agent: false }, (response) => resolve(response.resume().statusCode === 200)).on(
        "error",
        () => resolve(false),
      ),
    );
  return { child, ended, url, answers, printedError: () => printedError };
}

/** A pipe holds 64 KB, about 400 lines. */
const requestsThatFillAPipe = 600;

describe("the log", () => {
  it.runIf(process.platform === "linux")("on a full disk: the server continues, and ends with status 0", async () => {
    const { child, ended, answers, printedError } = await run(openSync("/dev/full", "w"));
    await until(answers);
    for (let i = 0; i < 5; i++) expect(await answers()).toBe(true);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(printedError()).toBe("");
  });

  it("into a pipe that is closed: the server continues, and ends with status 0", async () => {
    const { child, ended, answers, printedError } = await run("pipe");
    await until(answers);
    child.stdout?.destroy();
    for (let i = 0; i < 5; i++) expect(await answers()).toBe(true);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(printedError()).toBe("");
  });

  it.skipIf(process.platform === "win32")("into a pipe that nobody reads: the server continues", async () => {
    const folder = mkdtempSync(join(tmpdir(), "log-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    // A named pipe, because what spawn calls a pipe is a socket, which holds more.
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const { child, ended, answers } = await run(openSync(pipe, "r+"));
    await until(answers);
    for (let i = 0; i < requestsThatFillAPipe; i += 50) await Promise.all(Array.from({ length: 50 }, answers));
    expect(await answers()).toBe(true);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });
});

describe("a defect outside of any request", () => {
  // On SIGUSR2 two promises reject and nobody handles them; the text stands for a secret.
  const defect =
    "data:text/javascript,process.on('SIGUSR2',()=>{for(const _ of 'ab')Promise.reject(new TypeError('can'+'ary'))})";

  it("is logged by the allow-list and ends the process with status 1", async () => {
    const { child, ended, answers, printedError } = await run("pipe", ["--import", defect]);
    let printed = "";
    child.stdout?.on("data", (chunk) => (printed += chunk));
    await until(answers);
    child.kill("SIGUSR2");
    expect(await ended).toBe(1);
    const line = printed.split("\n").find((text) => text.includes('"level":60'));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ reason: "uncaught", err: { type: "TypeError" } });
    expect(printed + printedError()).not.toContain("canary");
  });
});
