// The actions of the control API by name. The in-process API calls the same functions.

import { inspectAcsToken } from "../acs/acs-tokens.ts";
import { resetCalling } from "../calling-service/calls.ts";
import type { FaultRule } from "../faults/fault.ts";
import { TLS } from "../faults/fault-kinds.ts";
import type { EmulatorContext } from "../http/context.ts";
import { checkTime } from "../state/clock.ts";
import { anyObject, boolean, object, oneOf, optional, rule, type Schema, text } from "../state/schema.ts";
import { entryPartSchema, type Kind, kind, settingsPartSchema } from "../state/seed-schema.ts";
import type { Settings } from "../state/seed-types.ts";
import { stateFromSeed } from "../state/state.ts";
import type { Action } from "./action.ts";
import { callingActions } from "./calling-actions.ts";
import { addCertificate, connectionString, regenerateAccessKey } from "./credentials.ts";
import { put, remove } from "./directory-entries.ts";
import { type IssueTokenOptions, issueToken, issueTokenSchema } from "./issue-token.ts";
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

/** Restores the seed, and resets everything except the signing keys: cached key sets stay valid. Live calls end. */
export function resetEmulator(context: EmulatorContext): void {
  Object.assign(context.state, stateFromSeed(context.seed));
  context.clock.reset();
  context.faults.clear();
  clearLog(context);
  context.acsRequestCounts.clear();
  resetCalling(context);
}

type Input = Record<string, unknown>;

const done = { done: true };

function describe(context: EmulatorContext): object {
  const { tenants, users, registrations, consents, acsResources, meetings, settings } = context.state;
  const { clock, origins } = context;
  return {
    origins,
    tenants,
    users,
    registrations,
    consents,
    acsResources,
    meetings,
    settings,
    acsConnectionString: connectionString(context),
    clock: { now: new Date(clock.now()).toISOString(), frozen: clock.frozen },
    faults: context.faults.rules,
    connections: context.connections.counts,
  };
}

/** Refuses a time that the clock cannot show before the first of the changes is made. */
function changeClock({ clock }: EmulatorContext, input: Input): object {
  const { reset, freeze, moveSeconds } = input as { reset?: boolean; freeze?: boolean | string; moveSeconds?: number };
  const frozenAt = typeof freeze === "string" ? checkTime(Date.parse(freeze)) : undefined;
  const from = frozenAt ?? (reset ? clock.now() - clock.offset : clock.now());
  checkTime(from + (moveSeconds ?? 0) * 1000);
  if (reset) clock.reset();
  if (frozenAt !== undefined) clock.freeze(new Date(frozenAt));
  if (freeze === true) clock.freeze();
  if (freeze === false) clock.unfreeze();
  if (moveSeconds !== undefined) clock.move(moveSeconds);
  return { now: new Date(clock.now()).toISOString(), frozen: clock.frozen };
}

function changeSettings({ state, faults }: EmulatorContext, input: Input): object {
  const changes = input as Partial<Settings>;
  const unknown = Object.keys(changes.acsQuotas ?? {}).find((name) => !faults.operations.includes(name));
  if (unknown !== undefined) throw new Error(`acsQuotas.${unknown} is not an operation. SUPPORT.md lists them`);
  return Object.assign(state.settings, changes);
}

/** The entry of a `put` has some members, the entry of a `remove` at least its key. */
const entryInput: Schema = {
  optional: false,
  problem: (value, path) => {
    const problem = object("the input", { kind, value: anyObject }).problem(value, path);
    if (problem !== undefined) return problem;
    const input = value as { kind: Kind; value: Input };
    return entryPartSchema(input.kind).problem(input.value, "value");
  },
};

const freeze: Schema = rule("true, false or a date, such as 2030-01-01T00:00:00Z", (value) => {
  return typeof value === "boolean" || (typeof value === "string" && !Number.isNaN(Date.parse(value)));
});

const number: Schema = rule("a number", (value) => Number.isFinite(value));

const input = (members: Record<string, Schema>): Schema => object("the input", members);

const nothing = input({});

/** The actions by name, as in `POST /emulator/api/{name}`. */
export const actions: Record<string, Action> = {
  state: { input: nothing, run: describe },
  "issue-token": {
    input: issueTokenSchema,
    run: async (context, options) => ({ token: await issueToken(context, options as unknown as IssueTokenOptions) }),
  },
  "inspect-acs-token": {
    input: input({ token: text }),
    run: (context, { token }) => inspectAcsToken(context, token as string),
  },
  "regenerate-access-key": {
    input: input({ key: optional(oneOf("primary", "secondary")), resource: optional(text) }),
    run: (context, { key = "primary", resource }) => ({
      connectionString: regenerateAccessKey(context, key as "primary", resource as string | undefined),
    }),
  },
  "add-certificate": {
    input: input({ registration: text }),
    run: (context, { registration }) => addCertificate(context, registration as string),
  },
  clock: {
    input: input({ reset: optional(boolean), freeze: optional(freeze), moveSeconds: optional(number) }),
    run: changeClock,
  },
  "add-fault": {
    // The list of faults checks the rule, for the in-process API too.
    input: anyObject,
    run: (context, rule) => {
      addFault(context, rule);
      return done;
    },
  },
  "clear-faults": {
    input: input({ operation: optional(text) }),
    run: (context, { operation }) => {
      if (operation !== undefined && ![...context.faults.operations, "*", TLS].includes(operation as string)) {
        throw new Error(`operation must be an operation from SUPPORT.md, * for all, or ${TLS}`);
      }
      context.faults.clear(operation as string | undefined);
      return done;
    },
  },
  "rotate-keys": {
    input: input({ dropOld: optional(boolean) }),
    run: async (context, { dropOld }) => {
      await context.entraKeys.rotate({ dropOld: dropOld === true });
      return done;
    },
  },
  put: {
    input: entryInput,
    run: (context, { kind: list, value }) => {
      put(context.state, list as Kind, value as Input);
      return done;
    },
  },
  remove: {
    input: entryInput,
    run: (context, { kind: list, value }) => {
      remove(context.state, list as Kind, value as Input);
      return done;
    },
  },
  settings: { input: settingsPartSchema, run: changeSettings },
  requests: { input: nothing, run: (context) => ({ requests: context.log.entries }) },
  "clear-requests": {
    input: nothing,
    run: (context) => {
      clearLog(context);
      return done;
    },
  },
  reset: {
    input: nothing,
    run: (context) => {
      resetEmulator(context);
      return done;
    },
  },
  ...callingActions,
  export: { input: nothing, run: exportState },
  import: {
    // `importState` checks the schema of the export, for the in-process API too.
    input: anyObject,
    run: async (context, state) => {
      await importState(context, state);
      return done;
    },
  },
};
