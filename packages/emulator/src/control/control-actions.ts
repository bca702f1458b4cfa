// The actions of the control API by name. The in-process API calls the same functions.

import { inspectAcsToken } from "../acs/acs-tokens.ts";
import type { FaultRule } from "../faults/fault.ts";
import { TLS } from "../faults/fault-kinds.ts";
import type { World } from "../http/context.ts";
import type { Settings } from "../state/seed-types.ts";
import { stateFromSeed } from "../state/state.ts";
import { addCertificate, connectionString, regenerateAccessKey } from "./credentials.ts";
import { put, remove } from "./directory-entries.ts";
import { type IssueTokenOptions, issueToken } from "./issue-token.ts";
import { exportState, importState } from "./state-file.ts";

/** @throws Error that names the field that is wrong, and what it must be */
export function addFault(world: World, rule: FaultRule | Record<string, unknown>): void {
  const isTls = rule.operation === TLS;
  if (isTls && !world.https) throw new Error(`operation ${TLS} needs https: start the emulator with a TLS port`);
  world.faults.add(rule as FaultRule);
  // A client that keeps connections alive would otherwise go on as if nothing had happened.
  if (isTls) world.https?.closeIdle();
}

/** The request log and all counts; connections that are open stay counted as open. */
export function clearLog(world: World): void {
  world.log.clear();
  world.connections.clear();
}

/** Everything as the seed has it. */
export function resetWorld(world: World): void {
  Object.assign(world.state, stateFromSeed(world.seed));
  world.clock.reset();
  world.faults.clear();
  clearLog(world);
  world.acsRequestCounts.clear();
}

type Input = Record<string, unknown>;

/** One action; it answers a JSON object and throws an Error whose message is meant for the caller. */
export type Action = (world: World, input: Input) => object | Promise<object>;

const done = { done: true };

const entryOf = ({ value }: Input): Input => {
  if (typeof value !== "object" || value === null) throw new Error("value must be an object");
  return value as Input;
};

function describe(world: World): object {
  const { tenants, users, registrations, consents, acsResources, settings } = world.state;
  const { clock, origins } = world;
  return {
    ...{ origins, tenants, users, registrations, consents, acsResources, settings },
    acsConnectionString: connectionString(world),
    clock: { now: new Date(clock.now()).toISOString(), frozen: clock.frozen },
    faults: world.faults.rules,
    connections: world.connections.counts,
  };
}

function changeClock({ clock }: World, input: Input): object {
  if (input["reset"]) clock.reset();
  if (input["freeze"]) clock.freeze(typeof input["freeze"] === "string" ? new Date(input["freeze"]) : undefined);
  if (input["freeze"] === false) clock.unfreeze();
  const move = input["moveSeconds"];
  if (move !== undefined) {
    if (!Number.isFinite(Number(move))) throw new Error("moveSeconds must be a number");
    clock.move(Number(move));
  }
  return { now: new Date(clock.now()).toISOString(), frozen: clock.frozen };
}

const keyName = (value: unknown) => (value === "secondary" ? "secondary" : "primary");

/** By name, as in `POST /emulator/api/{name}`. */
export const actions: Record<string, Action> = {
  state: describe,
  "issue-token": async (world, input) => ({ token: await issueToken(world, input as unknown as IssueTokenOptions) }),
  "inspect-acs-token": (world, { token }) => inspectAcsToken(world, String(token)),
  "regenerate-access-key": (world, { key, resource }) => ({
    connectionString: regenerateAccessKey(world, keyName(key), resource === undefined ? undefined : String(resource)),
  }),
  "add-certificate": (world, { registration }) => addCertificate(world, String(registration)),
  clock: changeClock,
  "add-fault": (world, input) => {
    addFault(world, input);
    return done;
  },
  "clear-faults": (world, { operation }) => {
    world.faults.clear(operation === undefined ? undefined : String(operation));
    return done;
  },
  "rotate-keys": async (world, { dropOld }) => {
    await world.entraKeys.rotate({ dropOld: dropOld === true });
    return done;
  },
  put: (world, input) => {
    put(world.state, input["kind"], entryOf(input));
    return done;
  },
  remove: (world, input) => {
    remove(world.state, input["kind"], entryOf(input));
    return done;
  },
  settings: (world, input) => {
    Object.assign(world.state.settings, input as Partial<Settings>);
    return world.state.settings;
  },
  requests: (world) => ({ requests: world.log.entries }),
  "clear-requests": (world) => {
    clearLog(world);
    return done;
  },
  reset: (world) => {
    resetWorld(world);
    return done;
  },
  export: (world) => exportState(world),
  import: async (world, input) => {
    await importState(world, input);
    return done;
  },
};
