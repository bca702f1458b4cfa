// Files and folders in places that a user chose: makes folders, and says what is wrong with a place.
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const reasons: Record<string, string> = {
  EISDIR: "it is a folder. Name a file, such as emulator-state.json",
  EEXIST: "a part of its path is a file, not a folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  EACCES: "this process may not write there",
  EROFS: "this process may not write there",
  EPERM: "this process may not write there",
  ENOENT: "no files or folders can be made there",
  ENOSPC: "no space is left there",
};

/** What is wrong with a place, as the end of a sentence without its full stop. */
export function reasonOf(error: unknown): string {
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: "", message: `${error}` };
  return reasons[code ?? ""] ?? message;
}

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where a folder exists and takes no others, such as /proc.
 * @throws Error of the file system, for {@link reasonOf}
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(resolve(folder));
    const isParentMissing = code === "ENOENT" && !(await stat(parent).catch(() => undefined));
    if (isParentMissing && parent !== resolve(folder)) {
      await makeFolder(parent);
      await mkdir(folder).catch((second: NodeJS.ErrnoException) => {
        // Another process was faster.
        if (second.code !== "EEXIST") throw second;
      });
    } else if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
      throw error;
    }
  }
}

/** @throws Error if there is something that is no plain file, such as a pipe: reading it would wait for ever */
export async function refuseSpecialFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found && !found.isFile() && !found.isDirectory()) throw new Error("it is a pipe or a device, not a file");
}
