// Tests how fast the emulator starts, how much memory it uses, and its messages if it cannot start.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmulator } from "../src/start-emulator.ts";

const main = fileURLToPath(new URL("../src/emulator-bin.ts", import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "emulator-"));
});
afterAll(() => rm(folder, { recursive: true }));

const ROUNDS = 5;

/** Takes the best of several measurements, and skips the test on a busy machine, where a time says nothing. */
async function expectFasterThan(
  limit: number,
  measure: () => Promise<number>,
  skip: (why: string) => void,
): Promise<void> {
  const times: number[] = [];
  while (times.length < ROUNDS && !times.some((time) => time < limit)) times.push(await measure());
  const best = Math.min(...times);
  const [load = 0] = loadavg();
  if (best >= limit && load > availableParallelism())
    skip(`load ${load.toFixed(1)}: ${best.toFixed(0)} ms says nothing`);
  expect(best).toBeLessThan(limit);
}

/** The used heap after a garbage collection. */
function heldMegabytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

describe("startEmulator", () => {
  it("starts in under 300 ms, including HTTPS", async ({ skip }) => {
    const measure = async () => {
      const from = performance.now();
      const emulator = await startEmulator({ tlsPort: 0 });
      const time = performance.now() - from;
      await emulator.close();
      return time;
    };
    await expectFasterThan(300, measure, skip);
  });

  it("leaves a default port out of its address, as clients do", async ({ skip }) => {
    const emulator = await startEmulator({ tlsPort: 443 }).catch((error: NodeJS.ErrnoException) => {
      skip(["EACCES", "EADDRINUSE"].includes(String(error.code)), "port 443 cannot be used");
      throw error;
    });
    expect(emulator.httpsOrigin).toBe("https://localhost");
    await emulator.close();
  });

  it("closes quickly even if one client keeps a connection and another waits for an answer", async ({ skip }) => {
    const measure = async () => {
      const emulator = await startEmulator();
      emulator.addFault({ operation: "keys", fault: { kind: "hang" } });
      const address = `${emulator.origin}/common/discovery/v2.0/keys`;
      const hanging = fetch(address).catch((error) => error);
      await expect.poll(() => emulator.requestCount("keys")).toBe(1);
      const from = performance.now();
      await emulator.close();
      const time = performance.now() - from;
      expect(await hanging).toBeInstanceOf(Error);
      return time;
    };
    await expectFasterThan(2_000, measure, skip);
  });

  it("keeps 10,000 identities in under 100 MB", async () => {
    const emulator = await startEmulator();
    emulator.settings.acsQuotas = {};
    const bearer = await emulator.issueToken({ resource: "acs-management", user: "ada", client: "web" });
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    const before = heldMegabytes();
    const create = async () => {
      const response = await fetch(`${emulator.origin}/identities?api-version=2023-10-01`, {
        method: "POST",
        headers,
      });
      expect(response.status).toBe(201);
      await response.arrayBuffer();
    };
    for (let hundred = 0; hundred < 100; hundred += 1) await Promise.all(Array.from({ length: 100 }, create));
    const cost = heldMegabytes() - before;
    expect(cost).toBeLessThan(100);
    await emulator.close();
  });
});

interface Run {
  code: number | null;
  output: string;
  readyAfter: number | undefined;
}

/** Runs the command until it is ready and stops it with `signal`, or until it exits. */
function run(args: string[], signal: NodeJS.Signals = "SIGTERM"): Promise<Run> {
  const from = performance.now();
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...process.env, EMULATOR_PORT: "" } });
  let output = "";
  let readyAfter: number | undefined;
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    if (readyAfter !== undefined || !output.includes("Press Ctrl-C to stop.")) return;
    readyAfter = performance.now() - from;
    child.kill(signal);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output, readyAfter })));
}

describe("the command", () => {
  it("is ready in under a second", async ({ skip }) => {
    const measure = async () => (await run(["--port", "0", "--tls-port", "0"])).readyAfter ?? Number.POSITIVE_INFINITY;
    await expectFasterThan(1_000, measure, skip);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("prints what the user needs, and exits with 0 on %s", async (signal) => {
    const { code, output } = await run(["--port", "0", "--tls-port", "0"], signal);
    expect(code).toBe(0);
    const words = [
      "http://localhost:",
      "https://localhost:",
      "/emulator",
      "ada@northwharf.example",
      "accesskey=",
      "ca.pem",
    ];
    for (const word of words) expect(output).toContain(word);
  });

  it("says which port is taken and how to choose another, and exits with 1", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => blocker.once("listening", resolve));
    const { port } = blocker.address() as AddressInfo;
    const { code, output } = await run(["--port", String(port), "--tls-port", "0"]);
    expect([code, output.trim()]).toEqual([
      1,
      `Port ${port} is taken. Choose another: --port NUMBER, or set EMULATOR_PORT.`,
    ]);
    const tls = await run(["--port", "0", "--tls-port", String(port)]);
    expect([tls.code, tls.output.trim()]).toEqual([
      1,
      `Port ${port} is taken. Choose another: --tls-port NUMBER, or set EMULATOR_TLS_PORT.`,
    ]);
    blocker.close();
  });

  it("keeps its state and its CA from run to run", async () => {
    const args = ["--port", "0", "--tls-port", "0", "--state", join(folder, "kept", "state.json")];
    expect((await run(args)).code).toBe(0);
    const first = await readFile(join(folder, "kept", "ca.pem"), "utf8");
    expect((await run(args)).code).toBe(0);
    const second = await readFile(join(folder, "kept", "ca.pem"), "utf8");
    expect(second).toBe(first);
  });

  it.each([
    [["--port", "many"], 2, "--port must be a number"],
    [["--what"], 2, "unknown option '--what'"],
    [["--seed", "missing.json"], 1, "missing.json"],
  ])("refuses %j with status %i and one clear message", async (args, status, message) => {
    const { code, output } = await run(args);
    expect(code).toBe(status);
    expect(output).toContain(message);
    expect(output).not.toContain("    at ");
  });
});
