// The page's log of events, newest last. It contains sentences and IDs, never a token or a name.

export interface LogEntry {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
  /** The ID under which a server logged the same event. */
  readonly reference?: string;
}

/** Keeps the newest entries and notifies listeners, as `useSyncExternalStore` needs it. */
export interface EventLog {
  add(text: string, reference?: string): void;
  entries(): readonly LogEntry[];
  subscribe(listener: () => void): () => void;
}

const maxEntries = 200;

export function createEventLog(now: () => number = Date.now): EventLog {
  let entries: readonly LogEntry[] = [];
  let nextId = 1;
  const listeners = new Set<() => void>();
  return {
    add(text, reference) {
      const entry = { id: nextId++, at: now(), text, ...(reference === undefined ? {} : { reference }) };
      entries = [...entries.slice(1 - maxEntries), entry];
      for (const listener of listeners) listener();
    },
    entries: () => entries,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
