// Notes of issued tokens, and what they say when someone is denied. A note names the ACS user of a token and whose it is.
import type { RevocableTokens, TokensOfSubject } from "./deny-list-types.ts";

/** Stands for the ACS user in a note of a Teams user's token, which ACS cannot revoke. */
export const noAcsUser = "teams";

/** Whether a note is about the subject of this key. */
export const isNoteOf = (note: string, key: string): boolean => note.split(" ").includes(key);

/** The tokens of a note. */
export const revocableOf = (note: string, expiresOnMs: number): RevocableTokens => ({
  acsUserId: note.split(" ", 1).join(),
  expiresOnMs,
  note,
});

/** The notes of one process. Times in milliseconds since 1970. */
export interface Notes {
  /** Each note, with the end of its last token; the one that was written last is the last. */
  readonly ends: Map<string, number>;
  /** The requests that have not ended. */
  readonly underWay: Set<{ readonly note: string }>;
  completeSinceMs: number;
}

/** Users, each through one client, whose last token is remembered. */
export const maxNoted = 20_000;

/** Forgets the oldest note. */
export function forgetOldest(notes: Notes, nowMs: number): void {
  const [[note, endMs] = ["", 0]] = notes.ends;
  notes.ends.delete(note);
  if (endMs > nowMs) notes.completeSinceMs = nowMs;
}

/** Forgets a note that has not been written again. */
export function forgetNote({ ends }: Notes, { note, expiresOnMs }: RevocableTokens): void {
  if (ends.get(note) === expiresOnMs) ends.delete(note);
}

/** The tokens that live now, of the notes that are wanted. */
const living = ({ ends }: Notes, nowMs: number, isWanted: (note: string) => boolean): RevocableTokens[] =>
  [...ends].filter(([note, endMs]) => endMs > nowMs && isWanted(note)).map(([note, endMs]) => revocableOf(note, endMs));

/** The tokens that ACS can revoke. An operator who denies someone is rare: it may look through all of them. */
export const revocableIn = (notes: Notes, nowMs: number, isWanted: (note: string) => boolean): RevocableTokens[] =>
  living(notes, nowMs, isWanted).filter(({ acsUserId }) => acsUserId !== noAcsUser);

/** What the notes say about the subject of a key. */
export function tokensIn(notes: Notes, nowMs: number, key: string): TokensOfSubject {
  const isWanted = (note: string) => isNoteOf(note, key);
  const unrevocable = living(notes, nowMs, isWanted).filter(({ acsUserId }) => acsUserId === noAcsUser);
  return {
    underWay: [...notes.underWay].filter(({ note }) => isWanted(note)).length,
    latestMs: Math.max(0, ...unrevocable.map(({ expiresOnMs }) => expiresOnMs)),
    revocable: revocableIn(notes, nowMs, isWanted),
    completeSinceMs: notes.completeSinceMs,
  };
}
