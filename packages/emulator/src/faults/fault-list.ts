// The faults that are set: added, counted down, cleared. It also delays the requests that a fault holds back.

import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { checkFaultRule } from "./check-fault-rule.ts";
import type { Fault, FaultRule } from "./fault.ts";
import { TLS } from "./fault-kinds.ts";

/** A fault to apply now. */
export interface TakenFault {
  fault: Fault;
  /** Resolves when the request may continue, if the fault delays it. */
  hold: RequestHold | undefined;
}

/** The faults of an emulator. */
export interface FaultList {
  /** The operations that a fault can be added to, besides `*` and `tls`. */
  readonly operations: readonly string[];
  /** The rules that still apply. */
  readonly rules: readonly FaultRule[];
  /** @throws Error that names the invalid field and the value it must have */
  add(rule: FaultRule): void;
  /** Clears all faults, or those of one operation, and releases the requests they hold. */
  clear(operation?: string): void;
  /** The fault for this request or connection (`tls`), if any. Counts it as applied once. */
  take(operation: string): TakenFault | undefined;
}

interface Entry extends TakenFault {
  rule: FaultRule;
  cleared: AbortController;
}

const hasTimesLeft = ({ rule }: Entry) => rule.times !== 0;

/** `*` matches every operation, but not connections. */
const concerns = (rule: FaultRule, operation: string) =>
  rule.operation === operation || (rule.operation === "*" && operation !== TLS);

/**
 * The rule that was added first applies first.
 * @param operations the names that a rule may have, besides `*` and `tls`
 */
export function createFaultList(operations: readonly string[]): FaultList {
  let entries: Entry[] = [];
  return {
    operations,
    get rules() {
      return entries.filter(hasTimesLeft).map(({ rule }) => rule);
    },
    add: (given) => {
      const rule = checkFaultRule(given, operations);
      const cleared = new AbortController();
      entries.push({ rule, cleared, fault: rule.fault, hold: holdFor(rule.fault, cleared.signal) });
    },
    clear: (operation) => {
      const removed = entries.filter(({ rule }) => operation === undefined || rule.operation === operation);
      entries = entries.filter((entry) => !removed.includes(entry));
      for (const { cleared } of removed) cleared.abort();
    },
    take: (operation) => {
      const entry = entries.find((candidate) => hasTimesLeft(candidate) && concerns(candidate.rule, operation));
      if (entry?.rule.times === undefined) return entry;
      entry.rule.times -= 1;
      // A used-up rule stays while requests may wait until it is cleared.
      entries = entries.filter((candidate) => hasTimesLeft(candidate) || candidate.hold);
      return entry;
    },
  };
}

/** Resolves when a request may continue. */
export type RequestHold = () => Promise<unknown>;

/** Schedules by the clock, so that late timers do not slow down the pace. */
function paced(perSecond: number, cleared: AbortSignal): RequestHold {
  let nextAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    nextAt = Math.max(now, nextAt + 1000 / perSecond);
    return wait(nextAt - now, undefined, { ref: false, signal: cleared }).catch(() => undefined);
  };
}

/** @param cleared ends every wait except a plain delay @returns undefined for faults that do not delay requests */
function holdFor(fault: Fault, cleared: AbortSignal): RequestHold | undefined {
  switch (fault.kind) {
    case "delay":
      // If the emulator closes meanwhile, it destroys the socket, and the late answer is dropped.
      return () => wait(fault.milliseconds, undefined, { ref: false });
    case "hold":
      return async () => cleared.aborted || once(cleared, "abort");
    case "pace":
      return paced(fault.perSecond, cleared);
    default:
      return undefined;
  }
}
