// How a command that runs until it is stopped ends: the first signal lets it finish its work, the second ends it immediately.
import { closeSync, openSync, readFileSync } from "node:fs";

/** A terminal and npm both pass on the same Ctrl-C. A person needs longer for the second one. */
const sameSignalMs = 500;

/** Whether the process belongs to a terminal, so that SIGHUP means that it was closed. */
export function hasTerminal(): boolean {
  if (process.platform === "win32") return true;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/** The parent of a process, if this system tells it. */
function parentOf(pid: number): number | undefined {
  try {
    const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return Number(parent);
  } catch {
    return undefined;
  }
}

/** npx passes signals on to a shell, which does not pass them on, and SIGKILL to nobody. */
function watchNpx(end: () => void): void {
  if (process.platform === "win32" || process.env["npm_lifecycle_event"] !== "npx") return;
  const { ppid } = process;
  const npx = parentOf(ppid);
  setInterval(() => (process.ppid !== ppid || parentOf(ppid) !== npx) && end(), 500).unref();
}

/**
 * Ends the process once `end` has resolved to the exit status.
 * @param signals besides SIGINT and SIGTERM
 */
export function endOnSignal(
  end: (signal: NodeJS.Signals) => Promise<number>,
  signals: readonly NodeJS.Signals[] = ["SIGHUP"],
): void {
  let since: number | undefined;
  function onSignal(signal: NodeJS.Signals): void {
    if (since === undefined) {
      since = performance.now();
      void end(signal).then((status) => process.exit(status));
    } else if (signal === "SIGINT" && performance.now() - since > sameSignalMs) {
      process.stderr.write("Ended immediately: the work in progress was cut off.\n");
      process.exit(130);
    }
  }
  for (const signal of ["SIGINT", "SIGTERM", ...signals] as const) process.on(signal, onSignal);
  // Every line for a closed terminal is an error. Without a listener, each would be logged as a defect, which is another line.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  watchNpx(() => onSignal("SIGHUP"));
}
