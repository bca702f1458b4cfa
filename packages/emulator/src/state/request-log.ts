// What was asked and why it was refused, for the control page and for tests that count calls. Never a query, a body,
// a token, a key or a header: only what an operation chose to say.

/** One answered request. */
export interface RequestLogEntry {
  /** ISO 8601, by the emulator's clock. */
  time: string;
  /** The vendor's name of the operation, e.g. `CommunicationIdentity_ExchangeTeamsUserAccessToken`. */
  operation: string;
  method: string;
  /** The path without its query. */
  path: string;
  status: number;
  /** What was asked, in the operation's words. */
  asked?: string;
  /** Why it was refused. */
  reason?: string;
  /** The fault that was played, if any. */
  fault?: string;
  /** How much of the answer the connection has taken so far, where a fault wrote it: clients need not read it all. */
  sentBytes?: number;
  /** The client left before it could have had the whole answer. */
  abandoned?: true;
}

/** The latest answered requests, oldest first. */
export interface RequestLog {
  readonly entries: readonly RequestLogEntry[];
  /** Counts a request that has come in; its entry follows when the answer is known. */
  arrived(operation: string): void;
  add(entry: RequestLogEntry): void;
  /** Requests that came in since the start or the last clear, answered or not. */
  count(operation: string): number;
  clear(): void;
}

/** @param limit entries kept; the oldest fall out. */
export function createRequestLog(limit = 2_000): RequestLog {
  const entries: RequestLogEntry[] = [];
  const counts = new Map<string, number>();
  return {
    entries,
    arrived: (operation) => {
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
    },
    add: (entry) => {
      entries.push(entry);
      if (entries.length > limit) entries.shift();
    },
    count: (operation) => counts.get(operation) ?? 0,
    clear: () => {
      entries.length = 0;
      counts.clear();
    },
  };
}
