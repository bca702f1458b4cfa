// Whether the refresh of the ACS token is in trouble, for the page to show while a call goes on.
import type { Failure } from "../failure/failure.ts";

/** A value that can be watched; made for `useSyncExternalStore`. */
export interface RefreshMonitor {
  trouble(): Failure | undefined;
  subscribe(listener: () => void): () => void;
  report(failure: Failure): void;
  clear(): void;
}

export function createRefreshMonitor(): RefreshMonitor {
  let trouble: Failure | undefined;
  const listeners = new Set<() => void>();
  const set = (next: Failure | undefined) => {
    // The same trouble, reported by every retry, must not take the focus every time.
    if (next?.code === trouble?.code) return;
    trouble = next;
    for (const listener of listeners) listener();
  };
  return {
    trouble: () => trouble,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report: set,
    clear: () => set(undefined),
  };
}
