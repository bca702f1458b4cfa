// What every rule is made of: a row with a reason, the field that fails, the problem that the caller sees, and a check.
import type { ProblemName } from "./problems.ts";

/** Outcome of a check: a value, or a reason from a closed union. */
export type Result<Value, Reason extends string> = { ok: true; value: Value } | { ok: false; reason: Reason };

export const accept = <Value>(value: Value) => ({ ok: true, value }) as const;
export const refuse = <Reason extends string>(reason: Reason) => ({ ok: false, reason }) as const;

/** One rule. The reason is for the log, the problem for the caller. */
export type Rule<Input> = readonly [
  reason: string,
  field: string,
  problem: ProblemName,
  holds: (input: Input) => boolean,
];

/** For each reason, the problem that the caller sees and the field that fails. */
export const refusalsOf = <Reason extends string>(
  rows: readonly (readonly [Reason, string, ProblemName, ...unknown[]])[],
) =>
  Object.fromEntries(rows.map(([reason, field, problem]) => [reason, { field, problem }])) as Readonly<
    Record<Reason, { readonly field: string; readonly problem: ProblemName }>
  >;
