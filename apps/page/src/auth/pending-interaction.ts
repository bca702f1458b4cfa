// What the page was doing when it left for Entra ID, so that it can go on when it is back. It lies in sessionStorage,
// which anyone with the tab can write: only known values are taken from it.

/** The step that a redirect belongs to, and when it began (milliseconds since 1970). */
export interface PendingInteraction {
  readonly step: "sign-in" | "tokens" | "exchange";
  readonly startedAt: number;
}

const key = "tte.pending-interaction";
const steps: readonly unknown[] = ["sign-in", "tokens", "exchange"];

type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

/** Notes the step before the page is left. */
export function rememberInteraction(storage: Storage, pending: PendingInteraction): void {
  storage.setItem(key, JSON.stringify(pending));
}

/** Takes the note, if there is a well-formed one; it is there once only. */
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
