// The lock beside a state file: two emulators on one file would overwrite each other's state. A lock that a killed
// process left behind is replaced.
import { readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

interface Owner {
  host: string;
  pid: number;
  /** Start of the process in milliseconds since 1970. In a container, the next process gets the same pid. */
  startedAt: number;
}

/** A lock that this emulator holds. */
export interface HeldLock {
  /** Shows emulators on other hosts that the lock is in use. */
  refresh(): Promise<void>;
  release(): Promise<void>;
}

const self = (): Owner => ({
  host: hostname(),
  pid: process.pid,
  startedAt: Math.round(Date.now() - process.uptime() * 1000),
});

const START_TOLERANCE_MILLISECONDS = 250;
/** After this time without a refresh, the emulator on another host has ended. */
const STALE_MILLISECONDS = 15_000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isInUse(lock: string, owner: Owner): Promise<boolean> {
  const me = self();
  if (owner.host !== me.host) return Date.now() - (await stat(lock)).mtimeMs < STALE_MILLISECONDS;
  if (owner.pid === me.pid) return Math.abs(owner.startedAt - me.startedAt) < START_TOLERANCE_MILLISECONDS;
  return isAlive(owner.pid);
}

const readOwner = (lock: string): Promise<Owner | undefined> =>
  readFile(lock, "utf8").then(
    (text) => JSON.parse(text) as Owner,
    () => undefined,
  );

/** Another emulator uses the file. */
export class LockedError extends Error {}

/** @throws LockedError if another emulator uses the file */
export async function lockFile(file: string): Promise<HeldLock> {
  const lock = `${file}.lock`;
  const write = (flag: "wx" | "w") => writeFile(lock, JSON.stringify(self()), { flag });
  try {
    await write("wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const owner = await readOwner(lock).catch(() => undefined);
    if (owner && (await isInUse(lock, owner))) {
      const other = `process ${owner.pid} on ${owner.host}`;
      throw new LockedError(
        `Another emulator (${other}) uses the state file ${file}. Stop it, or choose another file. If it has ended, delete ${lock}.`,
      );
    }
    await write("w");
  }
  return {
    refresh: () => utimes(lock, new Date(), new Date()).catch(() => undefined),
    release: () => rm(lock, { force: true }),
  };
}
