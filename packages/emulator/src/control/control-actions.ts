// The actions of the control API by name. The in-process API calls the same functions.

import { inspectAcsToken } from "../acs/acs-tokens.ts";
import type { FaultRule } from "../faults/fault.ts";
import { TLS } from "../faults/fault-kinds.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Settings } from "../state/seed-types.ts";
import { stateFromSeed } from "../state/state.ts";
import { addCertificate, connectionString, regenerateAccessKey } from "./credentials.ts";
import { put, remove } from "./directory-entries.ts";
import { type IssueTokenOptions, issueToken } from "./issue-token.ts";
import { exportState, importState } from "./state-file.ts";

/** @throws Error that names the invalid field and the value it must have */
export function addFault(context: EmulatorContext, rule: FaultRule | Record<string, unknown>): void {
  const isTls = rule.operation === TLS;
  if (isTls && !context.https) throw new Error(`operation ${TLS} needs HTTPS: start the emulator with a TLS port`);
  context.faults.add(rule as FaultRule);
  // Otherwise a client with a kept-alive connection would not notice the fault.
  if (isTls) context.https?.closeIdle();
}

/** Clears the request log and all counts; open connections stay counted as open. */
export function clearLog(context: EmulatorContext): void {
  context.log.clear();
  context.connections.clear();
}

/** Restores the seed, and resets everything except the signing keys: cached key sets stay valid. */
export function resetEmulator(context: EmulatorContext): void {
  Object.assign(context.state, stateFromSeed(context.seed));
  context.clock.reset();
  context.faults.clear();
  clearLog(context);
  context.acsRequestCounts.clear();
}

type Input = Record<string, unknown>;

/** An action. @returns the JSON of the response @throws Error whose message goes to the caller */
export type Action = (context: EmulatorContext, input: Input) => object | Promise<object>;

const done = { done: true };

const entryOf = ({ value }: Input): Input => {
  if (typeof value !== "object" || value === null) throw new Error("value must be an object");
  return value as Input;
};

function describe(context: EmulatorContext): object {
  const { tenants, users, registrations, consents, acsResources, settings } = context.state;
  const { clock, origins } = context;
  return {
    origins,
    tenants,
    users,
    registrations,
    consents,
    acsResources,
    settings,
    acsConnectionString: connectionString(context),
    clock: { now: new Date(clock.now()).toISOString(), frozen: clock.frozen },
    faults: context.faults.rules,
    connections: context.connections.counts,
  };
}

function changeClock({ clock }: EmulatorContext, input: Input): object {
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

/** The actions by name, as in `POST /emulator/api/{name}`. */
export const actions: Record<string, Action> = {
  state: describe,
  "issue-token": async (context, input) => ({
    token: await issueToken(context, input as unknown as IssueTokenOptions),
  }),
  "inspect-acs-token": (context, { token }) => inspectAcsToken(context, String(token)),
  "regenerate-access-key": (context, { key, resource }) => ({
    connectionString: regenerateAccessKey(context, keyName(key), resource === undefined ? undefined : String(resource)),
  }),
  "add-certificate": (context, { registration }) => addCertificate(context, String(registration)),
  clock: changeClock,
  "add-fault": (context, input) => {
    addFault(context, input);
    return done;
  },
  "clear-faults": (context, { operation }) => {
    context.faults.clear(operation === undefined ? undefined : String(operation));
    return done;
  },
  "rotate-keys": async (context, { dropOld }) => {
    await context.entraKeys.rotate({ dropOld: dropOld === true });
    return done;
  },
  put: (context, input) => {
    put(context.state, input["kind"], entryOf(input));
    return done;
  },
  remove: (context, input) => {
    remove(context.state, input["kind"], entryOf(input));
    return done;
  },
  settings: (context, input) => {
    Object.assign(context.state.settings, input as Partial<Settings>);
    return context.state.settings;
  },
  requests: (context) => ({ requests: context.log.entries }),
  "clear-requests": (context) => {
    clearLog(context);
    return done;
  },
  reset: (context) => {
    resetEmulator(context);
    return done;
  },
  export: (context) => exportState(context),
  import: async (context, input) => {
    await importState(context, input);
    return done;
  },
};
