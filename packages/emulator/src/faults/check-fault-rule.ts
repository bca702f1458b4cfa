// Checks a fault rule. A misspelled fault would never be applied, and its test would pass without testing anything.
import type { FaultRule } from "./fault.ts";
import { type Field, faultKinds, oneOf, optional, TLS, times } from "./fault-kinds.ts";

type Entries = Record<string, unknown>;

const isObject = (value: unknown): value is Entries =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws Error for the first field that is unknown, missing or invalid */
function checkFields(what: string, prefix: string, given: Entries, fields: Record<string, Field>): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    const known = Object.keys(fields).join(", ") || "none";
    throw new Error(`${prefix}${unknown} is not a field of ${what}. Known fields: ${known}`);
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = given[name];
    if (value === undefined && field.optional) continue;
    if (!field.holds(value)) throw new Error(`${prefix}${name} must be ${field.must.replaceAll("`", "")}`);
  }
}

const anObject: Field = { must: 'an object, such as {"kind":"hang"}', optional: false, holds: isObject };

function operationField(operations: readonly string[]): Field {
  const holds = (value: unknown) => [...operations, "*", TLS].includes(value as string);
  return { must: `an operation from SUPPORT.md, * for all, or ${TLS}`, optional: false, holds };
}

/** @returns a copy of the rule. @throws Error that names the invalid field and the value it must have */
export function checkFaultRule(given: unknown, operations: readonly string[]): FaultRule {
  const rule = isObject(given) ? given : {};
  const { operation, fault } = rule;
  const ruleFields = { operation: operationField(operations), fault: anObject, times: optional(times) };
  checkFields("a fault rule", "", rule, ruleFields);
  const { kind, ...rest } = fault as Entries;
  checkFields("a fault", "fault.", { kind }, { kind: oneOf(...Object.keys(faultKinds)) });
  checkFields(`the kind ${kind}`, "fault.", rest, faultKinds[kind as keyof typeof faultKinds].fields);
  if ((operation === TLS) !== (kind === "tls")) {
    throw new Error(
      `operation and fault.kind must both be ${TLS}, or neither: TLS faults apply to connections, not to requests`,
    );
  }
  return { ...(rule as unknown as FaultRule) };
}
