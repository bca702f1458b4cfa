// The deny-list that all instances share. Each exchange asks Redis; while Redis is away the copy of a second ago decides.
// The copy also outlives a Redis that was flushed, and is written back to it.

import { DenySubject } from "@teams-token-exchange/rules/contract";
import { z } from "zod";
import { Problem } from "../problems/problem.ts";
import type { Redis } from "../redis/redis.ts";
import { counts, keysOfCaller, subjectKey } from "./deny-list.ts";
import type { DenyEntry, DenyList } from "./deny-list-types.ts";

interface RedisDenyListNeeds {
  redis: Redis;
  /** The time, in milliseconds since 1970. */
  now: () => number;
}

/** A list with a life: it keeps its copy fresh until it is stopped. */
export interface RedisDenyList extends DenyList {
  /** Reads the list once and then whenever it has changed, looking every second. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const hash = "tte:deny";
const versionField = "#version";
const refreshEveryMs = 1_000;

const setScript = `redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) return redis.call('HINCRBY', KEYS[1], '${versionField}', 1)`;
const removeScript = `local n = redis.call('HDEL', KEYS[1], ARGV[1]) redis.call('HINCRBY', KEYS[1], '${versionField}', 1) return n`;
/** Puts back what Redis has lost; what was written since then stays. ARGV: version, then field and value. */
const restoreScript = `
if tonumber(redis.call('HGET', KEYS[1], '${versionField}') or 0) >= tonumber(ARGV[1]) then return 0 end
for i = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[1], '${versionField}', tonumber(ARGV[1]) + 1)
return 1`;
/** ARGV: expiry in milliseconds since 1970; the later one stays. */
const noteScript = `
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or 0) < tonumber(ARGV[1]) then redis.call('SET', key, ARGV[1], 'PXAT', ARGV[1]) end
end
return 1`;

const entrySchema = z.object({
  subject: DenySubject,
  addedAtMs: z.number(),
  untilMs: z.number().optional(),
  reason: z.string().optional(),
});
const issuedKey = (key: string) => `tte:issued:${key}`;

/** What cannot be read is an entry all the same: better one denied too many than one too few. */
function readEntry(field: string, value: string): DenyEntry {
  try {
    return entrySchema.parse(JSON.parse(value));
  } catch {
    return { subject: { kind: "client", clientId: field }, addedAtMs: 0, reason: "unreadable" };
  }
}

/** A list in Redis. Reading for an exchange never fails once it is ready; changing and listing do while Redis is away. */
export function createRedisDenyList({ redis, now }: RedisDenyListNeeds): RedisDenyList {
  let copy = new Map<string, DenyEntry>();
  let copyVersion = -1;
  let timer: NodeJS.Timeout | undefined;

  const amongst = (entries: (DenyEntry | undefined)[]) => entries.find((entry) => entry && counts(entry, now()));

  async function refresh(): Promise<void> {
    const [version] = (await redis.send(["HMGET", hash, versionField])) as (string | null)[];
    const known = Number(version ?? 0);
    if (known === copyVersion) return;
    if (known < copyVersion) {
      const values = [...copy].flatMap(([field, entry]) => [field, JSON.stringify(entry)]);
      await redis.run(restoreScript, [hash], [String(copyVersion), ...values]);
    }
    const flat = pairs(await redis.send(["HGETALL", hash]));
    copyVersion = Number(flat.get(versionField) ?? 0);
    flat.delete(versionField);
    copy = new Map([...flat].map(([field, value]) => [field, readEntry(field, value)]));
  }

  async function orProblem<Value>(work: Promise<Value>): Promise<Value> {
    return work.catch((cause: unknown) => {
      throw new Problem("store-unavailable", { cause, headers: { "retry-after": "5" } });
    });
  }

  return {
    get ready() {
      return copyVersion >= 0;
    },
    async find(caller) {
      const keys = keysOfCaller(caller);
      const reply = await redis.send(["HMGET", hash, versionField, ...keys]).catch(() => undefined);
      if (!reply && copyVersion < 0) throw new Problem("store-unavailable", { headers: { "retry-after": "5" } });
      const [version, ...values] = (reply ?? []) as (string | null)[];
      const known = Number(version ?? 0);
      // Away, or back without what it knew: the copy knows more.
      if (!reply || known < copyVersion) {
        if (reply) void refresh().catch(() => {});
        return amongst(keys.map((key) => copy.get(key)));
      }
      return amongst(values.map((value, i) => (value === null ? undefined : readEntry(keys[i] ?? "", value))));
    },
    async add(entry) {
      await orProblem(redis.run(setScript, [hash], [subjectKey(entry.subject), JSON.stringify(entry)]));
    },
    async remove(subject) {
      return (await orProblem(redis.run(removeScript, [hash], [subjectKey(subject)]))) === 1;
    },
    async list() {
      await orProblem(refresh());
      return [...copy.values()].filter((entry) => counts(entry, now()));
    },
    noteIssued(caller, expiresOnMs) {
      redis.run(noteScript, keysOfCaller(caller).map(issuedKey), [String(expiresOnMs)]).catch(() => {});
    },
    async lastExpiryMs(subject) {
      const noted = await orProblem(redis.send(["GET", issuedKey(subjectKey(subject))]));
      return noted === null ? undefined : Number(noted);
    },
    async start() {
      redis.onAvailable(() => void refresh().catch(() => {}));
      await refresh().catch(() => {});
      timer = setInterval(() => void refresh().catch(() => {}), refreshEveryMs).unref();
    },
    async stop() {
      clearInterval(timer);
    },
  };
}

/** HGETALL answers with a flat list, or with a map if the protocol has maps. */
function pairs(reply: unknown): Map<string, string> {
  if (!Array.isArray(reply)) return new Map(Object.entries(reply as Record<string, string>));
  const flat = reply as string[];
  return new Map(flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1] ?? ""] as const] : [])));
}
