// Users, client applications and tenants that are refused although their token is genuine. This list is in the memory of the
// process; redis-deny-list.ts has the one that instances share.
import type { Caller } from "@teams-token-exchange/rules";
import type { DenySubject } from "@teams-token-exchange/rules/contract";
import { Problem } from "../problems/problem.ts";
import type { DenyEntry, DenyList, IssuedToken, IssuedTokens } from "./deny-list-types.ts";
import { forgetNote, forgetOldest, maxNoted, type Notes, noAcsUser, revocableIn, tokensIn } from "./issued-tokens.ts";

/** The subject as a key; also the member's name in Redis. */
export function subjectKey(subject: DenySubject): string {
  if (subject.kind === "user") return `user:${subject.tenantId}:${subject.objectId}`;
  return subject.kind === "client" ? `client:${subject.clientId}` : `tenant:${subject.tenantId}`;
}

/** Every key under which this caller may be denied. */
export const keysOfCaller = ({ tenantId, objectId, clientId }: Caller): string[] => [
  subjectKey({ kind: "user", tenantId, objectId }),
  subjectKey({ kind: "client", clientId }),
  subjectKey({ kind: "tenant", tenantId }),
];

/** A first word, then the keys of the caller. */
export const noteOf = (word: string, caller: Caller): string => [word, ...keysOfCaller(caller)].join(" ");

/** Whether an entry counts at this moment. */
export const counts = ({ untilMs }: DenyEntry, nowMs: number): boolean => untilMs === undefined || untilMs > nowMs;

/** @throws {Problem} `caller-denied`; looked up for each request, so that an entry takes effect immediately */
export async function refuseDenied(denyList: DenyList, caller: Caller): Promise<void> {
  const denied = await denyList.find(caller);
  if (denied) throw new Problem("caller-denied", { reason: `denied-${denied.subject.kind}` });
}

/**
 * Runs work that may end with a token for the caller. ACS may take seconds, so the list is asked again after it: the token of a
 * caller who was denied meanwhile never leaves the server. It is noted before, so that anyone who denies later finds the note.
 *
 * @param tokenOf the token in the outcome, if there is one
 * @throws {Problem} `caller-denied`
 */
export async function issueUnlessDenied<Outcome>(
  denyList: DenyList,
  caller: Caller,
  work: () => Promise<Outcome>,
  tokenOf: (outcome: Outcome) => IssuedToken | undefined,
): Promise<Outcome> {
  const end = denyList.issued.begin(caller);
  try {
    await refuseDenied(denyList, caller);
    const outcome = await work();
    const token = tokenOf(outcome);
    if (!token) return outcome;
    denyList.issued.note(caller, token);
    await refuseDenied(denyList, caller);
    return outcome;
  } finally {
    end();
  }
}

function createMemoryIssuedTokens(now: () => number): IssuedTokens {
  // Tokens of an earlier process are not known.
  const notes: Notes = { ends: new Map(), underWay: new Set(), completeSinceMs: now() };
  return {
    begin(caller) {
      const request = { note: noteOf(noAcsUser, caller) };
      notes.underWay.add(request);
      return () => void notes.underWay.delete(request);
    },
    note(caller, { expiresOn, acsUserId = noAcsUser }) {
      const note = noteOf(acsUserId, caller);
      const endMs = Math.max(expiresOn.getTime(), notes.ends.get(note) ?? 0);
      notes.ends.delete(note);
      notes.ends.set(note, endMs);
      if (notes.ends.size > maxNoted) forgetOldest(notes, now());
    },
    of: async (subject) => tokensIn(notes, now(), subjectKey(subject)),
    revocable: async (isWanted) => revocableIn(notes, now(), isWanted),
    forget: async (tokens) => forgetNote(notes, tokens),
  };
}

/** A list in memory, empty at each start. `now` is the time in milliseconds since 1970. */
export function createMemoryDenyList(now: () => number): DenyList {
  const entries = new Map<string, DenyEntry>();
  const listeners: (() => void)[] = [];
  return {
    ready: true,
    issued: createMemoryIssuedTokens(now),
    async find(caller) {
      const own = keysOfCaller(caller).map((key) => entries.get(key));
      return own.find((entry) => entry && counts(entry, now()));
    },
    add: async (entry) => {
      entries.set(subjectKey(entry.subject), entry);
      for (const listener of listeners) listener();
    },
    remove: async (subject) => entries.delete(subjectKey(subject)),
    list: async () => [...entries.values()].filter((entry) => counts(entry, now())),
    onChange: (listener) => void listeners.push(listener),
  };
}
