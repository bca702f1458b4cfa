// The query options of Graph: $select, $top with $skiptoken, $filter and $count; $search is in search.ts. The emulator refuses the others, because
// an option that is silently dropped gives a wrong result.
import { type Answer, headerOf, type OperationRequest } from "../http/operation.ts";
import { badRequest, GraphError } from "./graph-error.ts";

type Item = Record<string, unknown>;

const DEFAULT_TOP = 100;
const MAX_TOP = 999;

/** `$count` needs the header, because Graph counts with an index that is eventually consistent. */
function checkCount(request: OperationRequest): void {
  const count = request.query.get("$count");
  if (count === null || count === "false") return;
  if (count !== "true") throw badRequest(`Invalid value '${count}' for $count: it must be true or false.`);
  if (headerOf(request, "consistencylevel")?.toLowerCase() === "eventual") return;
  throw badRequest("$count is not currently supported. Send the header ConsistencyLevel: eventual.");
}

/** @throws GraphError 400 for an option that the operation does not support, or that occurs twice */
export function checkQuery(
  request: OperationRequest,
  { filters, searches, countable }: { filters?: readonly string[]; searches?: readonly string[]; countable?: boolean },
): void {
  const supported = [
    "$select",
    "$top",
    "$skiptoken",
    ...(filters ? ["$filter"] : []),
    ...(searches ? ["$search"] : []),
    ...(countable ? ["$count"] : []),
  ];
  const options = [...request.query.keys()].filter((name) => name.startsWith("$"));
  const unsupported = options.find((name) => !supported.includes(name));
  if (unsupported !== undefined)
    throw badRequest(`The emulator does not support the query option ${unsupported} here.`);
  const twice = options.find((name, index) => options.indexOf(name) !== index);
  if (twice !== undefined) throw badRequest(`Query option '${twice}' was specified more than once.`);
  checkCount(request);
}

const conditions = {
  // Ids may also be without quotes.
  eq: /^(\w+) eq (?:'((?:[^']|'')*)'|([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|true|false))$/i,
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
    const [, property = "", quoted = "", plain] = pattern.exec(text) ?? [];
    if (!properties.includes(property)) continue;
    const value = (plain ?? quoted.replaceAll("''", "'")).toLowerCase();
    return (item) => holds[kind](item[property], value);
  }
  const known = properties.join(", ");
  throw badRequest(
    `The emulator supports only $filter with eq, startswith, any, "and" and "or", with ${known} here. It does not support: ${text}`,
  );
}

/** Splits at a word outside of quotes. */
const split = (filter: string, word: "and" | "or"): string[] =>
  filter.split(new RegExp(` ${word} (?=(?:[^']*'[^']*')*[^']*$)`)).map((part) => part.trim());

/** The items that `$filter` selects. @throws GraphError 400 for a filter that the emulator does not support */
export function filtered<One extends object>(
  request: OperationRequest,
  properties: readonly string[],
  items: readonly One[],
): One[] {
  const filter = request.query.get("$filter");
  if (filter === null) return [...items];
  const choices = split(filter, "or").map((choice) =>
    split(choice, "and").map((one) => readCondition(one, properties)),
  );
  return items.filter((item) => choices.some((all) => all.every((condition) => condition(item as Item))));
}

/** @throws GraphError 400 for a member that the emulator does not know */
function selected(items: readonly Item[], select: string | null): readonly Item[] {
  if (select === null || items.length === 0) return items;
  const names = select.split(",").map((name) => name.trim().toLowerCase());
  const known = new Set(items.flatMap((item) => Object.keys(item)).map((name) => name.toLowerCase()));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw badRequest(`The emulator does not know the property '${unknown}' in $select.`);
  const isSelected = ([name]: [string, unknown]) => name.startsWith("@odata") || names.includes(name.toLowerCase());
  return items.map((item) => Object.fromEntries(Object.entries(item).filter(isSelected)));
}

/** @throws GraphError 400 for a `$top` that is no number from 1 to 999 */
function topOf(request: OperationRequest): number {
  const top = request.query.get("$top");
  if (top === null) return DEFAULT_TOP;
  if (/^\d{1,3}$/.test(top) && Number(top) >= 1) return Number(top);
  throw badRequest(`Invalid value '${top}' for $top: it must be a number from 1 to ${MAX_TOP}.`);
}

const tokenOf = (position: number): string => Buffer.from(`position ${position}`).toString("base64url");

/** @throws GraphError 400 for a token that the emulator did not make */
function positionOf(request: OperationRequest, length: number): number {
  const token = request.query.get("$skiptoken");
  if (token === null) return 0;
  const position = Number(Buffer.from(token, "base64url").toString().split(" ")[1]);
  if (tokenOf(position) === token && Number.isSafeInteger(position) && position >= 0 && position <= length) {
    return position;
  }
  const message = "The specified page token value has expired and can no longer be included in your request.";
  throw new GraphError(400, "Directory_ExpiredPageToken", message);
}

/** The address of the next page: the same query with another token. */
function nextLink(request: OperationRequest, position: number): string {
  const query = new URLSearchParams(request.query);
  query.set("$skiptoken", tokenOf(position));
  return `${request.origin}${request.target.split("?", 1)[0]}?${query.toString().replaceAll("%24", "$")}`;
}

/** Applies the options to an answer: the members of objects, and the pages of a list. @throws GraphError 400 */
export function withQueryOptions(request: OperationRequest, answer: Answer): Answer {
  const { body } = answer;
  if (answer.status >= 300 || typeof body !== "object") return answer;
  const select = request.query.get("$select");
  const top = topOf(request);
  const { value, ...others } = body as { value?: unknown };
  if (!Array.isArray(value)) return { ...answer, body: selected([body as Item], select)[0] ?? {} };
  const position = positionOf(request, value.length);
  const end = position + top;
  const count = request.query.get("$count") === "true" ? { "@odata.count": value.length } : {};
  const next = end < value.length ? { "@odata.nextLink": nextLink(request, end) } : {};
  return { ...answer, body: { ...others, ...count, ...next, value: selected(value, select).slice(position, end) } };
}
