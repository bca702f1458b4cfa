// The whole state as one JSON value, and the state file that keeps it from run to run. It holds private keys, which are
// worthless outside this emulator.

import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { resetCalling } from "../calling-service/calls.ts";
import type { ExportedKeys } from "../crypto/signing-keys.ts";
import type { EmulatorContext } from "../http/context.ts";
import { checkTime } from "../state/clock.ts";
import { makeFolder, reasonOf, refuseSpecialFile } from "../state/file-places.ts";
import { check, isObject } from "../state/schema.ts";
import { checkSeed, seedPartOf } from "../state/seed.ts";
import type { Seed } from "../state/seed-types.ts";
import { type State, stateFromSeed } from "../state/state.ts";
import { exportSchema } from "../state/state-schema.ts";
import { LockedError, lockFile } from "./lock-file.ts";

const FORMAT = "teams-token-emulator/1";

/** The content of a state file. Maps are lists of entries. */
export interface ExportedState {
  format: typeof FORMAT;
  state: Record<string, unknown>;
  clock: { offsetMilliseconds: number; frozenAt?: string };
  keys: { entra: ExportedKeys; acs: ExportedKeys };
}

/** Exports everything except faults and the request log, which belong to one run. */
export async function exportState(context: EmulatorContext): Promise<ExportedState> {
  const { clock } = context;
  const state = Object.entries(context.state).map(([name, value]) => [name, value instanceof Map ? [...value] : value]);
  return {
    format: FORMAT,
    state: structuredClone(Object.fromEntries(state)),
    clock: {
      // The offset of a frozen clock changes all the time, and an import does not need it.
      offsetMilliseconds: clock.frozen ? 0 : clock.offset,
      ...(clock.frozen ? { frozenAt: new Date(clock.now()).toISOString() } : {}),
    },
    keys: { entra: await context.entraKeys.export(), acs: await context.acsKeys.export() },
  };
}

function restoredState(saved: Record<string, unknown>): State {
  const fresh = stateFromSeed(checkSeed(seedPartOf(saved as unknown as Seed)));
  const maps = Object.entries(fresh).filter(([, value]) => value instanceof Map);
  const restored = maps.map(([name]) => [name, new Map((saved[name] ?? []) as [string, unknown][])]);
  return { ...fresh, ...Object.fromEntries(restored) };
}

function checkExport(value: unknown): ExportedState {
  const format = isObject(value) ? value["format"] : undefined;
  if (format !== FORMAT) throw new Error(`this is not an export of the emulator (expected format ${FORMAT})`);
  check(exportSchema, value);
  return value as ExportedState;
}

/** Replaces the whole state, and ends live calls. @throws Error if the value is not an export; then nothing changes */
export async function importState(context: EmulatorContext, value: unknown): Promise<void> {
  const saved = checkExport(value);
  const { clock } = context;
  const { frozenAt, offsetMilliseconds } = saved.clock;
  const state = restoredState(structuredClone(saved.state));
  checkTime(frozenAt === undefined ? clock.now() - clock.offset + offsetMilliseconds : Date.parse(frozenAt));
  const rings = [context.entraKeys.import(saved.keys.entra), context.acsKeys.import(saved.keys.acs)];
  for (const useKeys of await Promise.all(rings)) useKeys();
  Object.assign(context.state, state);
  resetCalling(context);
  clock.reset();
  if (frozenAt !== undefined) clock.freeze(new Date(frozenAt));
  else clock.move(offsetMilliseconds / 1000);
}

const SAVE_EVERY_MILLISECONDS = 5_000;

/** The option of the command, and of `startEmulator`. */
const elsewhere = "Choose another file with --state (stateFile).";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Imports the file. It is not an error if the file does not exist yet. @throws Error with the file and advice */
async function load(context: EmulatorContext, file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Error(`The state file ${file} cannot be read: ${reasonOf(error)}. ${elsewhere}`, { cause: error });
  });
  if (text === undefined) return;
  try {
    await importState(context, JSON.parse(text));
  } catch (cause) {
    const advice = "Restore a copy of the file, or move it away to start from the seed.";
    throw new Error(`The state file ${file} is broken: ${messageOf(cause)}. ${advice}`, { cause });
  }
}

/** Writes a second file first and renames it, so that a crash never leaves half a state. */
async function save(context: EmulatorContext, file: string): Promise<void> {
  try {
    const text = JSON.stringify(await exportState(context), null, 1);
    await makeFolder(dirname(file));
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (cause) {
    throw new Error(`The state cannot be saved to ${file}: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Loads the file and saves the state to it regularly.
 * @param warn gets the message if saving fails; the same message only once in a row
 * @returns a function that stops this and saves a last time
 * @throws Error if the file is broken or another emulator uses it
 */
export async function persistState(
  context: EmulatorContext,
  file: string,
  warn: (message: string) => void,
): Promise<() => Promise<void>> {
  const lock = await refuseSpecialFile(file)
    .then(() => makeFolder(dirname(file)))
    .then(() => lockFile(file))
    .catch((cause) => {
      if (cause instanceof LockedError) throw cause;
      throw new Error(`The state file ${file} cannot be used: ${reasonOf(cause)}. ${elsewhere}`, { cause });
    });
  await load(context, file).catch(async (error) => {
    await lock.release();
    throw error;
  });
  let saving: Promise<void> = Promise.resolve();
  let reported: string | undefined;
  const saveAndReport = async () => {
    await lock.refresh();
    try {
      await save(context, file);
      reported = undefined;
    } catch (error) {
      if (reported !== messageOf(error)) warn(messageOf(error));
      reported = messageOf(error);
    }
  };
  const timer = setInterval(() => {
    saving = saving.then(saveAndReport);
  }, SAVE_EVERY_MILLISECONDS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await saving;
    await save(context, file).finally(() => lock.release());
  };
}
