// The return type of every pure rule: either the value or the one reason why not. Nothing else belongs here.

/** Outcome of a rule: a value, or a reason out of a closed union. */
export type Result<Value, Reason extends string> = { ok: true; value: Value } | { ok: false; reason: Reason };

export const accept = <Value>(value: Value) => ({ ok: true, value }) as const;
export const refuse = <Reason extends string>(reason: Reason) => ({ ok: false, reason }) as const;
