// The words of `npm run deny`, as a pure function of its arguments.

import { accept, type Result, refuse } from "@teams-token-exchange/rules";
import { DenyRequest, DenySubject } from "@teams-token-exchange/rules/contract";

/** What was asked for. */
export type DenyCommand =
  | { readonly action: "add"; readonly denial: DenyRequest }
  | { readonly action: "remove"; readonly subject: DenySubject }
  | { readonly action: "list" };

export type DenyCommandRefusal =
  | "what to do is missing: add, remove or list"
  | "who is missing: user <tenantId> <objectId>, client <clientId> or tenant <tenantId>, each a GUID"
  | "--for takes a number and s, m, h or d, such as 2h, up to a year"
  | "--reason takes one word of letters, digits, - and _"
  | "there is an option that this command does not know";

export const denyUsage = `Usage: npm run deny -- add|remove|list [who] [options]

  who        user <tenantId> <objectId> | client <clientId> | tenant <tenantId>
  --for      how long, such as 30m, 2h or 7d; without it until removed (add)
  --reason   one word for yourself, no names of people (add)

REDIS_URL names the Redis of the running servers; it is read from the environment or .env.`;

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

function readSubject(words: readonly string[]): DenySubject | undefined {
  const [kind, first, second] = words;
  const ids = kind === "user" ? { tenantId: first, objectId: second } : { clientId: first, tenantId: first };
  const isWhole = words.length === (kind === "user" ? 3 : 2);
  return isWhole ? DenySubject.safeParse({ kind, ...ids }).data : undefined;
}

/** Seconds; undefined where it cannot be read. */
function readDuration(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,8})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? Number.NaN);
  return seconds >= 1 && seconds <= 31_536_000 ? seconds : undefined;
}

/** Options as `--name value` or `--name=value`, anywhere; the rest in order. */
function split(words: readonly string[]): { rest: string[]; options: Map<string, string> } {
  const rest: string[] = [];
  const options = new Map<string, string>();
  const flat = words.flatMap((word) => (word.startsWith("--") ? word.split(/=(.*)/s).slice(0, 2) : [word]));
  for (let i = 0; i < flat.length; i += 1) {
    const word = flat[i] ?? "";
    if (word.startsWith("--")) {
      i += 1;
      options.set(word, flat[i] ?? "");
    } else rest.push(word);
  }
  return { rest, options };
}

function readAdd(subject: DenySubject, options: Map<string, string>): Result<DenyCommand, DenyCommandRefusal> {
  const duration = options.get("--for");
  const reason = options.get("--reason");
  const forSeconds = duration === undefined ? undefined : readDuration(duration);
  if (duration !== undefined && forSeconds === undefined) {
    return refuse("--for takes a number and s, m, h or d, such as 2h, up to a year");
  }
  const denial = DenyRequest.safeParse({ subject, forSeconds, reason });
  return denial.success
    ? accept({ action: "add", denial: denial.data })
    : refuse("--reason takes one word of letters, digits, - and _");
}

/** Reads the arguments behind `npm run deny --`. */
export function readDenyCommand(words: readonly string[]): Result<DenyCommand, DenyCommandRefusal> {
  const { rest, options } = split(words);
  const [action, ...who] = rest;
  const known = action === "add" ? ["--for", "--reason"] : [];
  if ([...options.keys()].some((option) => !known.includes(option))) {
    return refuse("there is an option that this command does not know");
  }
  if (action === "list" && who.length === 0) return accept({ action });
  if (action !== "add" && action !== "remove") return refuse("what to do is missing: add, remove or list");
  const subject = readSubject(who);
  if (!subject) {
    return refuse("who is missing: user <tenantId> <objectId>, client <clientId> or tenant <tenantId>, each a GUID");
  }
  return action === "remove" ? accept({ action, subject }) : readAdd(subject, options);
}
