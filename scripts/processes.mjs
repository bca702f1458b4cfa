// Runs programs so that none outlives the script that has started it. Each program leads a process group in a session of its
// own, so a signal reaches it once, from here, and with everything that it has started. guard.mjs ends it if this process is
// killed. Only one script at a time installs or builds.
import { fork, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isThere, isWindows, signalProgram } from "./signals.mjs";
import { commandLine, root, toolEnv } from "./tools.mjs";

/** A terminal and npm both pass on the same Ctrl-C. A person needs longer for the second one. */
const sameSignalMs = 500;

/** How long a tool may take for its end. A server may take as long as its requests. */
const graceMs = 2_000;

/** The exit status of a program that a signal has ended, as shells have it. */
const statusOf = (signal) => 128 + (constants.signals[signal] ?? 0);

let guard;
function startGuard() {
  if (guard) return;
  guard = fork(fileURLToPath(new URL("guard.mjs", import.meta.url)), {
    cwd: tmpdir(),
    detached: true,
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    windowsHide: true,
  });
  guard.unref();
  guard.channel.unref();
  // Without a guard, everything works except the end after SIGKILL.
  guard.on("error", () => {});
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(signal));
  watchNpm();
}
const tellGuard = (message) => void (guard.connected && guard.send(message, () => {}));

/** The name and the parent of a process. Slim systems have no `ps`, and only Linux has /proc. */
function describeProcess(pid) {
  const text =
    process.platform === "linux"
      ? readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^\d+ \((.*)\) \S (\d+).*$/s, "$2 $1")
      : spawnSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" }).stdout;
  const [, parent, name] = /^\s*(\d+) (.*?)\s*$/.exec(text) ?? [];
  return { parent: Number(parent), name };
}

/**
 * Ends this process with npm. Of the signals, npm passes on two, and only to the shell between it and this process. It cannot
 * pass on SIGKILL.
 */
function watchNpm() {
  if (isWindows || process.env.npm_lifecycle_event === undefined) return;
  const { ppid } = process;
  const { parent, name } = describeProcess(ppid);
  // Some shells become the program that they run; then the parent is npm itself.
  const npm = name?.endsWith("sh") ? parent : ppid;
  setInterval(() => (process.ppid !== ppid || !isThere(npm)) && end("SIGHUP"), 500).unref();
}

/** The programs that run now: process id → whether it is a server, which answers its requests before it ends. */
const running = new Map();
let ending;

function killAll() {
  for (const pid of running.keys()) signalProgram(pid, "SIGKILL");
}

/** What this process does at a signal. The second one ends servers immediately. */
function end(signal) {
  const isRepeated = ending && performance.now() - ending.at > sameSignalMs && signal === "SIGINT";
  if (ending && !isRepeated) return;
  ending ??= { signal, at: performance.now() };
  if (running.size === 0) process.exit(statusOf(signal));
  for (const pid of running.keys()) {
    // The console of Windows has told the program already.
    if (!isWindows || signal !== "SIGINT") signalProgram(pid, signal === "SIGINT" ? "SIGINT" : "SIGTERM");
  }
  const isPatient = !isRepeated && [...running.values()].some(Boolean);
  if (!isPatient) setTimeout(killAll, graceMs);
}

/**
 * Runs a program in this terminal.
 * @param {string} command `node`, `npm`, a tool of this repository, or a program of this machine
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions & { isServer?: boolean }} [options] `isServer`: the program decides how long
 * its end takes, and its exit status is that of this process
 * @returns {Promise<number>} its exit status
 */
export function run(command, args, { isServer = false, ...options } = {}) {
  startGuard();
  return new Promise((resolve, reject) => {
    const child = spawn(...commandLine(command, args), {
      cwd: root,
      stdio: "inherit",
      env: toolEnv(),
      detached: !isWindows,
      ...options,
    });
    child.on("error", reject);
    const { pid } = child;
    if (pid === undefined) return;
    running.set(pid, isServer);
    tellGuard({ started: pid });
    // "exit" and not "close": what it has started may still hold the terminal.
    child.on("exit", (code, signal) => {
      // Without the main program, nothing is left to do for what it has started.
      if (!isWindows) signalProgram(pid, "SIGKILL");
      running.delete(pid);
      tellGuard({ ended: pid });
      const status = code ?? statusOf(signal);
      if (!ending) resolve(status);
      else if (running.size === 0) process.exit(isServer ? status : statusOf(ending.signal));
    });
  });
}

/** Where the lock of this clone is: an address that only one process can listen at, and that is free as soon as it has ended. */
function lockAddress() {
  const name = `teams-token-exchange-${createHash("sha256").update(root).digest("hex").slice(0, 16)}`;
  if (isWindows) return `\\\\.\\pipe\\${name}`;
  return process.platform === "linux" ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

function takeLock(address) {
  startGuard();
  const holder = `npm ${process.env.npm_lifecycle_event ?? process.argv[1]} (process ${process.pid})`;
  return new Promise((resolve) => {
    guard.channel?.ref();
    guard.once("message", ({ lock }) => {
      guard.channel?.unref();
      resolve(lock);
    });
    guard.once("exit", () => resolve("no guard"));
    tellGuard({ take: { address, holder } });
  });
}

/** Waits until the holder of the lock has ended or released it. */
function untilReleased(address) {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once("data", (holder) => {
      console.log(`${holder} is installing or building in this folder. Waiting until it has finished …`);
    });
    socket.on("error", ({ code }) => {
      // A killed process leaves its socket file, where sockets are files.
      if (code === "ECONNREFUSED" && !address.startsWith("\0")) rmSync(address, { force: true });
    });
    socket.once("close", resolve);
  });
}

/** Does something that only one script of this clone may do at a time. A second one waits, and says whom for. */
export async function exclusively(work) {
  const address = lockAddress();
  while ((await takeLock(address)) === "EADDRINUSE") await untilReleased(address);
  try {
    await work();
  } finally {
    tellGuard({ release: true });
  }
}
