// Remembers in sessionStorage which step the page left for Entra ID, so that it can continue afterwards. Anyone who uses the tab
// can change sessionStorage, so only known values are accepted.

/** The step that a redirect belongs to, and when it started (milliseconds since 1970). */
export interface PendingInteraction {
  readonly step: "sign-in" | "tokens" | "exchange";
  readonly startedAt: number;
}

const key = "tte.pending-interaction";
const steps: readonly unknown[] = ["sign-in", "tokens", "exchange"];

type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

/** Stores the step before the browser leaves the page. */
export function rememberInteraction(storage: Storage, pending: PendingInteraction): void {
  storage.setItem(key, JSON.stringify(pending));
}

/** Reads and deletes the stored step. Returns undefined if there is none or if it is invalid. */
export function takeInteraction(storage: Storage): PendingInteraction | undefined {
  const text = storage.getItem(key);
  storage.removeItem(key);
  if (text === null) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Record<keyof PendingInteraction, unknown>> | null;
    if (!steps.includes(value?.step) || typeof value?.startedAt !== "number") return undefined;
    return value as PendingInteraction;
  } catch {
    return undefined;
  }
}
