// The types of a deny-list, in memory or in Redis.
import type { Caller } from "@teams-token-exchange/rules";
import type { DenySubject } from "@teams-token-exchange/rules/contract";

/** One entry; times in milliseconds since 1970. */
export interface DenyEntry {
  readonly subject: DenySubject;
  readonly addedAtMs: number;
  /** From then on it no longer counts; without it, it counts until it is removed. */
  readonly untilMs?: number | undefined;
  /** A word for the operator, never shown to the denied. */
  readonly reason?: string | undefined;
}

/** A deny-list. */
export interface DenyList {
  /** The entry that refuses this caller, looked up for each exchange. */
  find(caller: Caller): Promise<DenyEntry | undefined>;
  /** Adds an entry, or replaces the one of the same subject. */
  add(entry: DenyEntry): Promise<void>;
  /** Whether there was one to remove. */
  remove(subject: DenySubject): Promise<boolean>;
  /** The entries that count now. */
  list(): Promise<DenyEntry[]>;
  /** Remembers until when a token that was issued lives, to say so when its user is denied. Never fails. */
  noteIssued(caller: Caller, expiresOnMs: number): void;
  /** When the last noted token of this subject ends; undefined where none is known. */
  lastExpiryMs(subject: DenySubject): Promise<number | undefined>;
  /** Whether the list was read at least once: before that nobody can be said not to be on it. */
  readonly ready: boolean;
}
