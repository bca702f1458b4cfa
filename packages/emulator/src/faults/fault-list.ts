// The faults that wait to be played: added, counted down, cleared.
import { checkedRule } from "./check-fault-rule.ts";
import type { Fault, FaultRule } from "./fault.ts";
import { TLS } from "./fault-kinds.ts";
import { type Turn, turnOf } from "./hold-request.ts";

/** A fault to play now. */
export interface TakenFault {
  fault: Fault;
  /** Waits until the request may go on, where the fault holds it up. */
  turn: Turn | undefined;
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
      const rule = checkedRule(given, operations);
      const cleared = new AbortController();
      entries.push({ rule, cleared, fault: rule.fault, turn: turnOf(rule.fault, cleared.signal) });
    },
    clear: (operation) => {
      const gone = entries.filter(({ rule }) => operation === undefined || rule.operation === operation);
      entries = entries.filter((entry) => !gone.includes(entry));
      for (const { cleared } of gone) cleared.abort();
    },
    take: (operation) => {
      const entry = entries.find((candidate) => hasTimesLeft(candidate) && concerns(candidate.rule, operation));
      if (entry?.rule.times === undefined) return entry;
      entry.rule.times -= 1;
      // One that is used up stays while requests may wait for its clearing.
      entries = entries.filter((candidate) => hasTimesLeft(candidate) || candidate.turn);
      return entry;
    },
  };
}
