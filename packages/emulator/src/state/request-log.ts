// The request log: what was requested and why it was refused, for the control page and for tests that count calls. It
// holds no queries, bodies, tokens, keys or headers, only what an operation puts into it.

/** One answered request. */
export interface RequestLogEntry {
  /** ISO 8601, from the emulator's clock. */
  time: string;
  /** Microsoft's name of the operation, e.g. `CommunicationIdentity_ExchangeTeamsUserAccessToken`. */
  operation: string;
  method: string;
  /** The path without its query. */
  path: string;
  status: number;
  /** A short description of the request. */
  asked?: string;
  /** Why it was refused. */
  reason?: string;
  /** The kind of the fault that was applied, if any. */
  fault?: string;
  /** Bytes that were sent so far, if a fault wrote the answer: clients do not have to read all of it. */
  sentBytes?: number;
  /** The client disconnected before the whole answer was sent. */
  abandoned?: true;
}

/** The latest answered requests, oldest first. */
export interface RequestLog {
  readonly entries: readonly RequestLogEntry[];
  /** Counts a request when it arrives; its entry is added when it is answered. */
  arrived(operation: string): void;
  add(entry: RequestLogEntry): void;
  /** Number of requests since the start or the last clear, answered or not. */
  count(operation: string): number;
  clear(): void;
}

/** @param limit number of entries to keep; the oldest are dropped */
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
