// The whole state as one JSON value: directory, sessions, tokens, clock and signing keys. It holds private keys of the
// emulator and nothing that is worth anything elsewhere.

import type { ExportedKeys } from "../crypto/signing-keys.ts";
import type { World } from "../http/context.ts";
import { checkedSeed } from "../state/seed.ts";
import type { Seed } from "../state/seed-types.ts";
import { type State, stateFromSeed } from "../state/state.ts";

const FORMAT = "teams-token-emulator/1";

/** What is written to a state file. Maps are lists of entries. */
export interface ExportedState {
  format: typeof FORMAT;
  state: Record<string, unknown>;
  clock: { offsetMilliseconds: number; frozenAt?: string };
  keys: { entra: ExportedKeys; acs: ExportedKeys };
}

/** Everything but faults and the request log, which belong to one run. */
export async function exportState(world: World): Promise<ExportedState> {
  const { clock } = world;
  const state = Object.entries(world.state).map(([name, value]) => [name, value instanceof Map ? [...value] : value]);
  return {
    format: FORMAT,
    state: structuredClone(Object.fromEntries(state)),
    clock: {
      offsetMilliseconds: clock.offset,
      ...(clock.frozen ? { frozenAt: new Date(clock.now()).toISOString() } : {}),
    },
    keys: { entra: await world.entraKeys.export(), acs: await world.acsKeys.export() },
  };
}

function restoredState(saved: Record<string, unknown>): State {
  const fresh = stateFromSeed(checkedSeed(saved) as Seed);
  const maps = Object.entries(fresh).filter(([, value]) => value instanceof Map);
  const restored = maps.map(([name]) => [name, new Map((saved[name] ?? []) as [string, unknown][])]);
  const { tenants, users, registrations, consents, acsResources, settings } = fresh;
  return { tenants, users, registrations, consents, acsResources, settings, ...Object.fromEntries(restored) };
}

/** Replaces everything. @throws Error when the value is no export, and then nothing is changed */
export async function importState(world: World, value: unknown): Promise<void> {
  const saved = value as ExportedState | null;
  if (saved?.format !== FORMAT) throw new Error(`this is no state of the emulator (format ${FORMAT})`);
  const state = restoredState(structuredClone(saved.state));
  const rings = [world.entraKeys.import(saved.keys.entra), world.acsKeys.import(saved.keys.acs)];
  for (const useKeys of await Promise.all(rings)) useKeys();
  Object.assign(world.state, state);
  world.clock.reset();
  if (saved.clock.frozenAt) world.clock.freeze(new Date(saved.clock.frozenAt));
  else world.clock.move(saved.clock.offsetMilliseconds / 1000);
}
