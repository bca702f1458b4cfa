// The query option $search for directory objects: https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections
import { headerOf, type OperationRequest } from "../http/operation.ts";
import { badRequest, GraphError } from "./graph-error.ts";

type Item = Record<string, unknown>;

/** Graph splits a text at spaces, symbols, and changes of case or between letters and digits. */
const tokensOf = (text: string): string[] =>
  (text.match(/\p{Lu}?\p{Ll}+|\p{Lu}+|\p{Lo}+|\p{N}+/gu) ?? []).map((token) => token.toLowerCase());

/** Words as typed: without regard to case, because `bRu` is one word to the person who types it. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Every word of the search begins a word of the value, in any order. `mari` finds "Mari-Ann", `ann` too. */
function matches(value: unknown, words: readonly string[]): boolean {
  const tokens = [...tokensOf(String(value ?? "")), ...wordsOf(String(value ?? ""))];
  return words.every((word) => tokens.some((token) => token.startsWith(word)));
}

type Clause = (item: Item) => boolean;

/** @throws GraphError 400 for a clause that is not `"property:text"` with one of the properties */
function readClause(clause: string, properties: readonly string[]): Clause {
  const [, property = "", text = ""] = /^"(\w+):((?:[^"\\]|\\.)*)"$/.exec(clause) ?? [];
  const words = wordsOf(text.replaceAll(/\\(.)/g, "$1"));
  if (properties.includes(property) && words.length > 0) return (item) => matches(item[property], words);
  const known = properties.join(", ");
  throw badRequest(
    `The emulator supports only $search with clauses such as "displayName:ada", of ${known}, joined by AND and OR. It does not support: ${clause}`,
  );
}

/** Splits at a word in capitals outside of quotes. */
const split = (text: string, word: "AND" | "OR"): string[] =>
  text.split(new RegExp(` ${word} (?=(?:[^"]*"[^"]*")*[^"]*$)`)).map((part) => part.trim());

/**
 * The items that `$search` selects; all without the option.
 * @throws GraphError 400 without the header `ConsistencyLevel: eventual`, or for a search that the emulator does not support
 */
export function searched<One extends object>(
  request: OperationRequest,
  properties: readonly string[],
  items: readonly One[],
): One[] {
  const search = request.query.get("$search");
  if (search === null) return [...items];
  // The message as documented: https://learn.microsoft.com/graph/aad-advanced-queries#error-handling-for-advanced-queries-on-directory-objects
  if (headerOf(request, "consistencylevel")?.toLowerCase() !== "eventual") {
    const message =
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'";
    throw new GraphError(400, "Request_UnsupportedQuery", message);
  }
  const choices = split(search, "OR").map((choice) => split(choice, "AND").map((one) => readClause(one, properties)));
  return items.filter((item) => choices.some((clauses) => clauses.every((clause) => clause(item as Item))));
}
