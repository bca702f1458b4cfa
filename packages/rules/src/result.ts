// The return type of every rule: the value, or the one reason for a refusal.

/** Outcome of a rule: a value, or a reason from a closed union. */
export type Result<Value, Reason extends string> = { ok: true; value: Value } | { ok: false; reason: Reason };

export const accept = <Value>(value: Value) => ({ ok: true, value }) as const;
export const refuse = <Reason extends string>(reason: Reason) => ({ ok: false, reason }) as const;
