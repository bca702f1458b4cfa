// Child processes of a run. Each starts on its own core, is measured from outside and is ended by its ID.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const canPin = spawnSync("taskset", ["-c", "0", "true"]).status === 0;
/** Clock ticks per second in /proc, fixed on Linux. */
const ticksPerSecond = 100;

/** Whether servers and load have a core each. If not, ratios are less precise, but still fair. */
export const isPinned = canPin;

/**
 * Starts a program and waits for its address.
 * @returns its address, and functions that measure and end it
 */
export async function startProcess(args, env, core) {
  const node = process.execPath;
  const [command, ...rest] = canPin ? ["taskset", "-c", String(core), node, ...args] : [node, ...args];
  const startedAt = performance.now();
  const child = spawn(command, rest, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  // A failed run leaves no process behind.
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  let printed = "";
  const address = await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      printed = (printed + chunk).slice(-4000);
      const [found] = /http:\/\/(127\.0\.0\.1|localhost):\d+/.exec(printed) ?? [];
      if (found) resolve(found);
    });
    child.on("close", (status) => reject(new Error(`${args.at(-1)} ended with status ${status}`)));
  });
  return {
    address,
    startedAt,
    /** CPU seconds of the whole process so far, kernel included. */
    cpuSeconds() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
    /** Peak resident memory in MB. */
    peakMb() {
      return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024;
    },
    /** Resident memory now, in MB. */
    residentMb() {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024;
    },
    async stop() {
      const closed = new Promise((resolve) => child.once("close", resolve));
      end();
      process.off("exit", end);
      await closed;
    },
  };
}
