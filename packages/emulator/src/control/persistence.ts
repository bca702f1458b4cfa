// The state file of `--state FILE`: read at start, written at the end and, so that a crash loses little, now and then.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { World } from "../http/context.ts";
import { type ExportedState, exportState, importState } from "./state-file.ts";

const SAVE_EVERY_MILLISECONDS = 5_000;

/** Reads the file into the world; a file that does not exist yet is no error. */
async function load(world: World, file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text !== undefined) await importState(world, JSON.parse(text) as ExportedState);
}

/** Through a second file, so that nobody ever reads half a state. */
async function save(world: World, file: string): Promise<void> {
  const text = JSON.stringify(await exportState(world), null, 1);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Loads the file and keeps it up to date. @returns ends that with a last save */
export async function keepStateIn(world: World, file: string): Promise<() => Promise<void>> {
  await load(world, file);
  let saving: Promise<void> = Promise.resolve();
  const saveAfterLast = () => {
    saving = saving.then(() => save(world, file));
    return saving;
  };
  // A failed periodic save shows at the end, where the last one fails as well.
  const timer = setInterval(() => void saveAfterLast().catch(() => undefined), SAVE_EVERY_MILLISECONDS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return saving.catch(() => undefined).then(() => save(world, file));
  };
}
