// Crowds of callers on a virtual clock, against the quota in memory.
import { defaultQuotaTimes, type QuotaRequest } from "../../src/quota/quota-guard.ts";
import { QuotaWindow } from "../../src/quota/quota-window.ts";

/** What callers do when they are told to come back: come then, come again and again, give up, or try three times and give up. */
type Manner = "honours" | "hammers" | "gives up" | "backs off";

/** Callers of one kind. */
export interface Group {
  manner: Manner;
  tenant?: string;
  share?: number;
  /** New callers per second, at random times. */
  perSecond?: number;
  /** Callers who come together at the start. */
  atOnce?: number;
  /** The second at which the first one comes. Default: 0. */
  fromSecond?: number;
}

interface Visit {
  firstMs: number;
  atMs: number;
  group: number;
  caller: string;
  attempt: number;
}

/** What became of the callers of a group, without those who came first in the first or the last minute. */
export interface GroupResult {
  asked: number;
  served: number;
  /** Callers who came a second time, and how many of them were served then. */
  second: number;
  servedAtSecond: number;
}

/** Random numbers from 0 to 1 that are the same in each run. */
function randomNumbers(): () => number {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * Lets the groups ask one guard.
 * @param seconds how long it takes
 */
export function runCrowd(limit: number, groups: readonly Group[], seconds: number) {
  const window = new QuotaWindow(limit, defaultQuotaTimes);
  const random = randomNumbers();
  const [fromMs, toMs] = [60_000, seconds * 1000 - 60_000];
  const results = groups.map(() => ({ asked: 0, served: 0, second: 0, servedAtSecond: 0 }));
  const allowedAt: number[] = [];
  let mostAttempts = 0;
  /** By the tenth of a second: visits in the order in which they were arranged. */
  const calendar = new Map<number, Visit[]>();
  function arrange(visit: Visit): void {
    const tenth = Math.floor(visit.atMs / 100);
    const visits = calendar.get(tenth);
    if (visits) visits.push(visit);
    else calendar.set(tenth, [visit]);
  }

  groups.forEach(({ perSecond = 0, atOnce = 0, fromSecond = 0 }, group) => {
    for (let i = 0; i < atOnce; i += 1)
      arrange({ firstMs: 0, atMs: 0, group, caller: `${group}-first-${i}`, attempt: 1 });
    const everyMs = 1000 / perSecond;
    let atMs = fromSecond * 1000;
    for (let i = 0; perSecond > 0 && atMs < seconds * 1000; i += 1) {
      atMs += -everyMs * Math.log(1 - random());
      arrange({ firstMs: atMs, atMs, group, caller: `${group}-${i}`, attempt: 1 });
    }
  });

  function whenAgain(manner: Manner, { atMs, attempt }: Visit, waitMs: number): number | undefined {
    // As the server says it, in whole seconds, and the way back.
    if (manner === "honours") return atMs + Math.ceil((waitMs + random() * 500) / 1000) * 1000 + 20 + random() * 300;
    if (manner === "hammers") return atMs + 500 + random() * 1000;
    if (manner === "backs off" && attempt < 4) return atMs + 1000 * 2 ** attempt * (0.5 + random());
    return undefined;
  }

  function count(result: GroupResult, attempt: number, isAllowed: boolean): void {
    if (attempt === 1) result.asked += 1;
    if (attempt === 2) result.second += 1;
    if (isAllowed) result.served += 1;
    if (isAllowed && attempt === 2) result.servedAtSecond += 1;
  }

  function visitGuard(visit: Visit): void {
    const { manner, tenant, share } = groups[visit.group] as Group;
    const request: QuotaRequest = { tenant, share, caller: visit.caller, reserve: true };
    const nowMs = Math.ceil(visit.atMs);
    const decision = window.take(request, limit, nowMs);
    mostAttempts = Math.max(mostAttempts, visit.attempt);
    const isCounted = visit.firstMs > fromMs && visit.firstMs < toMs;
    if (isCounted) count(results[visit.group] as GroupResult, visit.attempt, decision.allowed);
    if (decision.allowed) return void allowedAt.push(nowMs);
    const atMs = whenAgain(manner, visit, Math.max(decision.waitMs, 1));
    if (atMs !== undefined) arrange({ ...visit, atMs, attempt: visit.attempt + 1 });
  }

  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    const due = (calendar.get(tenth) ?? []).sort((a, b) => a.atMs - b.atMs);
    calendar.delete(tenth);
    for (const visit of due) visitGuard(visit);
  }
  const counted = allowedAt.filter((at) => at > fromMs).length;
  const possible = (limit * (seconds * 1000 - fromMs)) / defaultQuotaTimes.windowMs;
  return {
    used: counted / possible,
    most: mostIn(defaultQuotaTimes.windowMs, allowedAt),
    allowedAt,
    mostAttempts,
    results,
  };
}

/** The most times in any window of this length, its end not included. */
export function mostIn(lengthMs: number, times: readonly number[]): number {
  const ascending = [...times].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [i, at] of ascending.entries()) {
    while (at - (ascending[first] as number) >= lengthMs) first += 1;
    most = Math.max(most, i - first + 1);
  }
  return most;
}
