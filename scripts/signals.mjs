// Signals for a program and everything that it has started. On POSIX, each program leads a process group.
import { spawnSync } from "node:child_process";

export const isWindows = process.platform === "win32";

/** Sends a signal to a program and what it has started. Nothing happens if all of it has ended. */
export function signalProgram(pid, signal) {
  try {
    // Windows has no signals and no process groups: what a signal would end is ended immediately.
    if (isWindows) spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    else process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Whether there is a process, or a process group for a negative number. */
export function isThere(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Whether a program or something that it has started still runs. */
export const isRunning = (pid) => isThere(isWindows ? pid : -pid);
