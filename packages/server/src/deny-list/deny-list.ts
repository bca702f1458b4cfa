// Users, client applications and tenants that are refused although their token is genuine. This list is in the memory of the
// process; redis-deny-list.ts has the one that instances share.
import type { Caller } from "@teams-token-exchange/rules";
import type { DenySubject } from "@teams-token-exchange/rules/contract";
import { Problem } from "../problems/problem.ts";
import type { DenyEntry, DenyList } from "./deny-list-types.ts";

/** The subject as a key; also the member's name in Redis. */
export function subjectKey(subject: DenySubject): string {
  if (subject.kind === "user") return `user:${subject.tenantId}:${subject.objectId}`;
  return subject.kind === "client" ? `client:${subject.clientId}` : `tenant:${subject.tenantId}`;
}

/** Every key under which this caller may be denied. */
export const keysOfCaller = ({ tenantId, objectId, clientId }: Caller): string[] => [
  subjectKey({ kind: "user", tenantId, objectId }),
  subjectKey({ kind: "client", clientId }),
  subjectKey({ kind: "tenant", tenantId }),
];

/** Whether an entry counts at this moment. */
export const counts = ({ untilMs }: DenyEntry, nowMs: number): boolean => untilMs === undefined || untilMs > nowMs;

/** @throws {Problem} `caller-denied`; looked up for each request, so that an entry takes effect immediately */
export async function refuseDenied(denyList: DenyList, caller: Caller): Promise<void> {
  const denied = await denyList.find(caller);
  if (denied) throw new Problem("caller-denied", { reason: `denied-${denied.subject.kind}` });
}

/** Users, each through one client, whose last token is remembered; the oldest are forgotten first. */
const maxNoted = 20_000;

/** A list in memory, empty at each start. `now` is the time in milliseconds since 1970. */
export function createMemoryDenyList(now: () => number): DenyList {
  const entries = new Map<string, DenyEntry>();
  const issued = new Map<string, { caller: Caller; expiresOnMs: number }>();

  const current = (key: string) => {
    const entry = entries.get(key);
    return entry && counts(entry, now()) ? entry : undefined;
  };
  return {
    ready: true,
    find: async (caller) =>
      keysOfCaller(caller)
        .map(current)
        .find((entry) => entry !== undefined),
    add: async (entry) => void entries.set(subjectKey(entry.subject), entry),
    remove: async (subject) => entries.delete(subjectKey(subject)),
    list: async () => [...entries.values()].filter((entry) => counts(entry, now())),
    noteIssued: (caller, expiresOnMs) => {
      const key = `${caller.clientId} ${caller.tenantId} ${caller.objectId}`;
      const latest = Math.max(expiresOnMs, issued.get(key)?.expiresOnMs ?? 0);
      issued.delete(key);
      issued.set(key, { caller, expiresOnMs: latest });
      if (issued.size <= maxNoted) return;
      const [oldest] = issued.keys();
      if (oldest !== undefined) issued.delete(oldest);
    },
    // Called when an operator denies someone, which is rare: it may look through all of them.
    lastExpiryMs: async (subject) => {
      const key = subjectKey(subject);
      const times = [...issued.values()].filter(({ caller }) => keysOfCaller(caller).includes(key));
      return times.length === 0 ? undefined : Math.max(...times.map(({ expiresOnMs }) => expiresOnMs));
    },
  };
}
