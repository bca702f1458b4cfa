// Requests per 30 s, operation and resource. Every request counts, refused ones too.
import type { World } from "../http/context.ts";
import { AcsError } from "./acs-error.ts";

const WINDOW_MILLISECONDS = 30_000;

/** Start and size of the running window, by operation and resource; lives as long as the world. */
const windows = new WeakMap<World, Map<string, { startedAt: number; count: number }>>();

/** Forgets all counts of a world. */
export const resetQuotas = (world: World): boolean => windows.delete(world);

/** @throws AcsError 429 (its body and its Retry-After are invented) when the window is full */
export function spendQuota(world: World, operation: string, resourceId: string): void {
  const limit = world.state.settings.acsQuotas[operation];
  if (limit === undefined) return;
  const counts = windows.get(world) ?? new Map<string, { startedAt: number; count: number }>();
  windows.set(world, counts);
  const key = `${operation} ${resourceId}`;
  const now = world.clock.now();
  const current = counts.get(key);
  const open =
    current && Math.abs(now - current.startedAt) < WINDOW_MILLISECONDS ? current : { startedAt: now, count: 0 };
  open.count += 1;
  counts.set(key, open);
  if (open.count <= limit) return;
  const retryAfter = Math.max(1, Math.ceil((open.startedAt + WINDOW_MILLISECONDS - now) / 1000));
  throw new AcsError(429, "TooManyRequests", `More than ${limit} requests in 30 seconds.`, {
    invented: true,
    headers: { "retry-after": String(retryAfter) },
  });
}
