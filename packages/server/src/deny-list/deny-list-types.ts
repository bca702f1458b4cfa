// The types of a deny-list and of what was issued, in memory or in Redis.
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
  /** When Redis stored it, by its own clock: of two entries of the same subject, the later one counts. */
  readonly changedAtMs?: number | undefined;
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
  /** Calls back when entries were added or changed, on any instance. */
  onChange(listener: () => void): void;
  /** Whether the list was read at least once: before that nobody can be said not to be on it. */
  readonly ready: boolean;
  /** What was issued, to tell an operator how long it lives. */
  readonly issued: IssuedTokens;
}

/** A token that was issued. */
export interface IssuedToken {
  readonly expiresOn: Date;
  /** Whose token it is, if it belongs to an ACS user: ACS can revoke it. */
  readonly acsUserId?: string | undefined;
}

/** Tokens of an ACS user that ACS can revoke. */
export interface RevocableTokens {
  readonly acsUserId: string;
  /** When the last of them ends, in milliseconds since 1970. */
  readonly expiresOnMs: number;
  /** Whose they are, as in issued-tokens.ts. */
  readonly note: string;
}

/** What is known of the tokens of a subject. Times in milliseconds since 1970. */
export interface TokensOfSubject {
  /** Requests on any instance that may still end with a token. */
  readonly underWay: number;
  /** When the last token ends that cannot be revoked; 0 if none is noted. */
  readonly latestMs: number;
  readonly revocable: readonly RevocableTokens[];
  /** From then on every token was noted; undefined if that is not known. */
  readonly completeSinceMs: number | undefined;
}

/** Remembers what was issued until it ends. */
export interface IssuedTokens {
  /** A request begins that may end with a token. Returns what ends it. Never fails. */
  begin(caller: Caller): () => void;
  /** Notes a token before it leaves the server. Never fails: what cannot be noted makes the notes incomplete. */
  note(caller: Caller, token: IssuedToken): void;
  /** What is known of the tokens of this subject. */
  of(subject: DenySubject): Promise<TokensOfSubject>;
  /** Tokens that ACS can revoke, of the notes that are wanted. */
  revocable(isWanted: (note: string) => boolean): Promise<RevocableTokens[]>;
  /** Forgets tokens that were revoked; a token that was noted later stays. */
  forget(tokens: RevocableTokens): Promise<void>;
}
