// One process per folder: the embedded database does not protect itself, and two writers would destroy it. The lock is a
// listening socket, because the system closes it when the process ends; a file with a process id would stay.
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { rename, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join, resolve } from "node:path";

/** The folder is in use by another process. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";
  readonly code = "FOLDER_IN_USE";
}

function addressOf(folder: string): string {
  if (process.platform !== "win32") return join(folder, "lock");
  const name = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 32);
  return `\\\\.\\pipe\\teams-token-exchange-${name}`;
}

/** Whether a process listens there. */
function isHeld(address: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(address);
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
    socket.unref().once("connect", () => socket.destroy());
  });
}

async function listen(address: string) {
  const server = createServer((socket) => socket.destroy());
  server.listen(address);
  await once(server, "listening");
  return server.unref();
}

/**
 * Removes the lock of a killed process. It is moved aside before it is checked, so that two processes that clean up at the
 * same time cannot remove each other's new lock.
 */
async function clearLeftover(address: string): Promise<boolean> {
  const aside = `${address}.${randomUUID().slice(0, 8)}`;
  const isOurs = await rename(address, aside).then(
    () => true,
    () => false,
  );
  if (!isOurs) return false;
  const held = await isHeld(aside);
  if (held) await rename(aside, address);
  else await rm(aside, { force: true });
  return !held;
}

/**
 * Takes the folder for this process. Resolves with what gives it back.
 * @throws {FolderInUse}
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const address = addressOf(folder);
  const server = await listen(address).catch(async (error: { code?: string }) => {
    if (error.code !== "EADDRINUSE") throw error;
    if ((await isHeld(address)) || !(await clearLeftover(address))) {
      throw new FolderInUse("folder in use", { cause: error });
    }
    return listen(address).catch((cause: unknown) => {
      throw new FolderInUse("folder in use", { cause });
    });
  });
  return () => new Promise((settle) => server.close(() => settle()));
}
