// The query options of Graph: $select, $top and $filter. The emulator refuses the others, because an option that is
// silently dropped gives a wrong result.
import type { Answer, OperationRequest } from "../http/operation.ts";
import { badRequest } from "./graph-error.ts";

type Item = Record<string, unknown>;

const MAX_TOP = 999;

/** @throws GraphError 400 for an option that the operation does not support */
export function checkQuery(request: OperationRequest, { filters }: { filters?: readonly string[] }): void {
  const supported = ["$select", "$top", ...(filters ? ["$filter"] : [])];
  const unsupported = [...request.query.keys()].find((name) => name.startsWith("$") && !supported.includes(name));
  if (unsupported !== undefined)
    throw badRequest(`The emulator does not support the query option ${unsupported} here.`);
}

const conditions = {
  eq: /^(\w+) eq '((?:[^']|'')*)'$/,
  startswith: /^startswith\((\w+), ?'((?:[^']|'')*)'\)$/i,
  any: /^(\w+)\/any\((?:\w+):\w+ eq '((?:[^']|'')*)'\)$/,
};

type Condition = (item: Item) => boolean;

/** Graph compares without case. */
const holds: Record<keyof typeof conditions, (actual: unknown, value: string) => boolean> = {
  eq: (actual, value) => String(actual ?? "").toLowerCase() === value,
  startswith: (actual, value) =>
    String(actual ?? "")
      .toLowerCase()
      .startsWith(value),
  any: (actual, value) => Array.isArray(actual) && actual.some((one) => String(one).toLowerCase() === value),
};

function readCondition(text: string, properties: readonly string[]): Condition {
  for (const [kind, pattern] of Object.entries(conditions) as [keyof typeof conditions, RegExp][]) {
    const [, property = "", quoted = ""] = pattern.exec(text) ?? [];
    if (!properties.includes(property)) continue;
    const value = quoted.replaceAll("''", "'").toLowerCase();
    return (item) => holds[kind](item[property], value);
  }
  const known = properties.join(", ");
  throw badRequest(
    `The emulator supports only $filter with eq, startswith, any and "and", with ${known} here. It does not support: ${text}`,
  );
}

/** Splits at `and` outside of quotes. */
const conjuncts = (filter: string): string[] =>
  filter.split(/ and (?=(?:[^']*'[^']*')*[^']*$)/).map((part) => part.trim());

/** The items that `$filter` selects. @throws GraphError 400 for a filter that the emulator does not support */
export function filtered<One extends object>(
  request: OperationRequest,
  properties: readonly string[],
  items: readonly One[],
): One[] {
  const filter = request.query.get("$filter");
  const all = filter === null ? [] : conjuncts(filter).map((text) => readCondition(text, properties));
  return items.filter((item) => all.every((condition) => condition(item as Item)));
}

function selected(item: object, select: string | null): object {
  if (select === null) return item;
  const names = select.split(",").map((name) => name.trim());
  return Object.fromEntries(Object.entries(item).filter(([name]) => name.startsWith("@odata") || names.includes(name)));
}

/** Applies `$top` and `$select` to an answer. @throws GraphError 400 for a `$top` that is no number from 1 to 999 */
export function withQueryOptions(request: OperationRequest, answer: Answer): Answer {
  const { body } = answer;
  if (answer.status >= 300 || typeof body !== "object") return answer;
  const select = request.query.get("$select");
  const top = request.query.get("$top");
  if (top !== null && !(/^\d{1,3}$/.test(top) && Number(top) >= 1)) {
    throw badRequest(`Invalid value '${top}' for $top: it must be a number from 1 to ${MAX_TOP}.`);
  }
  const { value } = body as { value?: unknown };
  if (!Array.isArray(value)) return { ...answer, body: selected(body, select) };
  const page = value.slice(0, top === null ? undefined : Number(top)).map((item) => selected(item, select));
  return { ...answer, body: { ...body, value: page } };
}
