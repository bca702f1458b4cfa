// The whole state as one JSON value, and the state file that keeps it from run to run. It holds private keys, which are
// worthless outside this emulator.

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { ExportedKeys } from "../crypto/signing-keys.ts";
import type { EmulatorContext } from "../http/context.ts";
import { checkSeed } from "../state/seed.ts";
import type { Seed } from "../state/seed-types.ts";
import { type State, stateFromSeed } from "../state/state.ts";

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
      offsetMilliseconds: clock.offset,
      ...(clock.frozen ? { frozenAt: new Date(clock.now()).toISOString() } : {}),
    },
    keys: { entra: await context.entraKeys.export(), acs: await context.acsKeys.export() },
  };
}

function restoredState(saved: Record<string, unknown>): State {
  const fresh = stateFromSeed(checkSeed(saved) as Seed);
  const maps = Object.entries(fresh).filter(([, value]) => value instanceof Map);
  const restored = maps.map(([name]) => [name, new Map((saved[name] ?? []) as [string, unknown][])]);
  const { tenants, users, registrations, consents, acsResources, settings } = fresh;
  return { tenants, users, registrations, consents, acsResources, settings, ...Object.fromEntries(restored) };
}

/** Replaces the whole state. @throws Error if the value is not an export; then nothing changes */
export async function importState(context: EmulatorContext, value: unknown): Promise<void> {
  const saved = value as ExportedState | null;
  if (saved?.format !== FORMAT) throw new Error(`this is not an export of the emulator (expected format ${FORMAT})`);
  const state = restoredState(structuredClone(saved.state));
  const rings = [context.entraKeys.import(saved.keys.entra), context.acsKeys.import(saved.keys.acs)];
  for (const useKeys of await Promise.all(rings)) useKeys();
  Object.assign(context.state, state);
  context.clock.reset();
  if (saved.clock.frozenAt) context.clock.freeze(new Date(saved.clock.frozenAt));
  else context.clock.move(saved.clock.offsetMilliseconds / 1000);
}

const SAVE_EVERY_MILLISECONDS = 5_000;

/** Imports the file. It is not an error if the file does not exist yet. */
async function load(context: EmulatorContext, file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text !== undefined) await importState(context, JSON.parse(text) as ExportedState);
}

/** Writes a second file first and renames it, so that a crash never leaves half a state. */
async function save(context: EmulatorContext, file: string): Promise<void> {
  const text = JSON.stringify(await exportState(context), null, 1);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Loads the file and saves the state to it regularly. @returns a function that stops this and saves a last time */
export async function persistState(context: EmulatorContext, file: string): Promise<() => Promise<void>> {
  await load(context, file);
  let saving: Promise<void> = Promise.resolve();
  const saveAfterLast = () => {
    saving = saving.then(() => save(context, file));
    return saving;
  };
  // If saving fails, the last save fails too and reports it.
  const timer = setInterval(() => void saveAfterLast().catch(() => undefined), SAVE_EVERY_MILLISECONDS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return saving.catch(() => undefined).then(() => save(context, file));
  };
}
