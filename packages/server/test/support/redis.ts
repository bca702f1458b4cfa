// A separate Redis for a test: started, paused, killed and started again on the same port.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createClient } from "@redis/client";
import { onTestFinished } from "vitest";

const places = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"];
const program = [process.env["REDIS_SERVER_PATH"], ...places].find((path) => path && existsSync(path));

/**
 * Whether tests that need Redis can run. Without one they are skipped, and vitest says so; in CI they must run, so there it
 * is an error. `npm test` installs Redis where it can.
 */
export const hasRedis = program !== undefined;
if (!hasRedis && process.env["CI"]) {
  throw new Error("These tests need redis-server, and CI must run them: install it or set REDIS_SERVER_PATH.");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function launch(port: number, more: readonly string[], folder: string): Promise<ChildProcess> {
  const settings = [
    "--dir",
    folder,
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    ...more,
  ];
  const child = spawn(program ?? "", settings, { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", (line) => String(line).includes("Ready to accept") && resolve());
    child.once("exit", () => reject(new Error("redis-server ended before it was ready")));
  });
  return child;
}

export interface TestRedis {
  readonly url: string;
  /** Sends one command over a connection of the test's own. */
  command(...command: string[]): Promise<unknown>;
  /** As a crash: connections are reset, everything is lost. */
  kill(): Promise<void>;
  /** Starts it again, empty, at the same address. */
  restart(): Promise<void>;
  /** Stops answering without closing a connection. */
  freeze(): void;
  thaw(): void;
}

/** Starts a Redis for the test, which ends it. @param more settings, as arguments */
export async function startRedis(more: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  let child = await launch(port, more, folder);
  const url = `redis://127.0.0.1:${port}`;
  const ended = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once("exit", () => resolve());
    });
  async function kill() {
    child.kill("SIGKILL");
    await ended();
  }
  onTestFinished(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    url,
    async command(...command) {
      const client = createClient({ url });
      await client.connect();
      try {
        return await client.sendCommand(command);
      } finally {
        client.destroy();
      }
    },
    kill,
    async restart() {
      child = await launch(port, more, folder);
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
  };
}

/** Starts nodes with cluster mode, each of which has an equal share of the slots. */
export async function startCluster(size: number): Promise<TestRedis[]> {
  const nodes: TestRedis[] = [];
  for (let index = 0; index < size; index += 1) nodes.push(await startRedis(["--cluster-enabled", "yes"]));
  const share = 16_384 / size;
  for (const [index, node] of nodes.entries()) {
    const [first, last] = [Math.ceil(index * share), Math.ceil((index + 1) * share) - 1];
    await node.command("CLUSTER", "ADDSLOTSRANGE", String(first), String(last));
    const { hostname, port } = new URL(nodes[0]?.url ?? "");
    if (index > 0) await node.command("CLUSTER", "MEET", hostname, port);
  }
  for (const node of nodes) {
    const isWhole = async () => {
      const info = String(await node.command("CLUSTER", "INFO"));
      return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${size}`);
    };
    while (!(await isWhole())) await nextTurn();
  }
  return nodes;
}
