// The faults that are set: added, counted down, cleared. It also delays the requests that a fault holds back.

import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { checkFaultRule } from "./check-fault-rule.ts";
import type { Fault, FaultRule } from "./fault.ts";
import { TLS } from "./fault-kinds.ts";

/** A fault to play now. */
export interface TakenFault {
  fault: Fault;
  /** Waits until the request may go on, where the fault holds it up. */
  hold: RequestHold | undefined;
}

/** The faults of one emulator. */
export interface FaultList {
  /** Those that still have times left. */
  readonly rules: readonly FaultRule[];
  /** @throws Error that names the field that is wrong, and what it must be */
  add(rule: FaultRule): void;
  /** All of them, or those of one operation; lets go on what they hold. */
  clear(operation?: string): void;
  /** The fault to play for this request (for a connection: of `tls`), if any; uses up one of its times. */
  take(operation: string): TakenFault | undefined;
}

interface Entry extends TakenFault {
  rule: FaultRule;
  cleared: AbortController;
}

const hasTimesLeft = ({ rule }: Entry) => rule.times !== 0;

/** A connection is not an operation, so `*` does not mean it. */
const concerns = (rule: FaultRule, operation: string) =>
  rule.operation === operation || (rule.operation === "*" && operation !== TLS);

/** Rules added first are played first. @param operations the names that a rule may have, beside `*` and `tls` */
export function createFaultList(operations: readonly string[]): FaultList {
  let entries: Entry[] = [];
  return {
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
      // One that is used up stays while requests may wait for its clearing.
      entries = entries.filter((candidate) => hasTimesLeft(candidate) || candidate.hold);
      return entry;
    },
  };
}

/** Waits until one request may go on. */
export type RequestHold = () => Promise<unknown>;

/** By the clock from the first request on, so that timers that come late cost nothing of the pace. */
function paced(perSecond: number, cleared: AbortSignal): RequestHold {
  let nextAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    nextAt = Math.max(now, nextAt + 1000 / perSecond);
    return wait(nextAt - now, undefined, { ref: false, signal: cleared }).catch(() => undefined);
  };
}

/** @param cleared ends every wait but a plain delay's @returns undefined for faults that hold nothing up */
function holdFor(fault: Fault, cleared: AbortSignal): RequestHold | undefined {
  switch (fault.kind) {
    case "delay":
      // Closing the emulator destroys the socket, and the late answer then goes nowhere.
      return () => wait(fault.milliseconds, undefined, { ref: false });
    case "hold":
      return async () => cleared.aborted || once(cleared, "abort");
    case "pace":
      return paced(fault.perSecond, cleared);
    default:
      return undefined;
  }
}
