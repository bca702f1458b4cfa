// The deny-list that all instances share. Each exchange asks Redis; while Redis is away the copy of a second ago decides.
//
// Redis may lose data at any time: flushed, restarted without its file, replaced by a replica that was behind. So each change
// gives the list a new random head. If the head is the one of the copy, nothing was lost. If not, another instance has changed
// the list or Redis has lost something: the copy is compared with Redis, entry by entry, and what Redis lacks is written back.
// A removal is an entry that has ended, so that nobody takes it for a loss.
import { randomUUID } from "node:crypto";
import { DenySubject } from "@teams-token-exchange/rules/contract";
import type { FastifyBaseLogger } from "fastify";
import { z } from "zod";
import { Problem } from "../problems/problem.ts";
import type { Redis } from "../redis/redis.ts";
import { counts, keysOfCaller, subjectKey } from "./deny-list.ts";
import type { DenyEntry, DenyList } from "./deny-list-types.ts";
import { createRedisIssuedTokens } from "./redis-issued-tokens.ts";

interface RedisDenyListNeeds {
  redis: Redis;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  log: Pick<FastifyBaseLogger, "warn">;
}

/** A list with a life: it keeps its copy fresh until it is stopped. */
export interface RedisDenyList extends DenyList {
  /** Reads the list once and then whenever it has changed, looking every second. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const hash = "tte:deny";
const headField = "#head";
const refreshEveryMs = 1_000;
/** Entries that have ended are restored for a day, and forgotten after two: no copy is that old. */
const keepEndedMs = 24 * 60 * 60_000;

/** When Redis stored an entry. -1 if there is none, 0 if it cannot be read or is of an earlier version. */
const stampFunction = `
local function stampOf(value)
  if not value then return -1 end
  local isRead, entry = pcall(cjson.decode, value)
  return isRead and type(entry) == 'table' and tonumber(entry.changedAtMs) or 0
end`;
/** Stores an entry, later than the one before. ARGV: field, value, new head. Returns the value as stored, and the one before. */
const changeScript = `${stampFunction}
local time = redis.call('TIME')
local before = redis.call('HGET', KEYS[1], ARGV[1])
local entry = cjson.decode(ARGV[2])
entry.changedAtMs = math.max(time[1] * 1000 + math.floor(time[2] / 1000), stampOf(before) + 1)
local value = cjson.encode(entry)
redis.call('HSET', KEYS[1], ARGV[1], value, '${headField}', ARGV[3])
return { value, before }`;
/** Puts back what Redis has lost; what was written since then stays. ARGV: new head, then field and value. */
const restoreScript = `${stampFunction}
local restored = 0
for i = 2, #ARGV, 2 do
  if stampOf(redis.call('HGET', KEYS[1], ARGV[i])) < stampOf(ARGV[i + 1]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    restored = restored + 1
  end
end
if restored > 0 then redis.call('HSET', KEYS[1], '${headField}', ARGV[1]) end
return restored`;
/** Removes fields that still have their value. ARGV: field and value. */
const forgetScript = `
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
end
return 1`;

const entrySchema = z.object({
  subject: DenySubject,
  addedAtMs: z.number(),
  untilMs: z.number().optional(),
  reason: z.string().optional(),
  changedAtMs: z.number().optional(),
});

/** What cannot be read is an entry all the same: better one denied too many than one too few. */
function readEntry(field: string, value: string): DenyEntry {
  try {
    return entrySchema.parse(JSON.parse(value));
  } catch {
    return { subject: { kind: "client", clientId: field }, addedAtMs: 0, reason: "unreadable" };
  }
}

/** Whether the copy's entry is one that Redis has lost. */
const isNewer = (own: DenyEntry, stored: DenyEntry | undefined): boolean =>
  stored === undefined || (own.changedAtMs ?? 0) > (stored.changedAtMs ?? 0);

const endOf = ({ untilMs = Number.POSITIVE_INFINITY, changedAtMs = 0 }: DenyEntry) => Math.max(untilMs, changedAtMs);

/** A list in Redis. Reading for an exchange never fails once it is ready; changing and listing do while Redis is away. */
export function createRedisDenyList({ redis, now, log }: RedisDenyListNeeds): RedisDenyList {
  const issued = createRedisIssuedTokens(redis, now);
  let copy = new Map<string, DenyEntry>();
  /** The head of the copy; null if the list had none, undefined before the list was read. */
  let copyHead: string | null | undefined;
  const listeners: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const amongst = (entries: (DenyEntry | undefined)[]) => entries.find((entry) => entry && counts(entry, now()));

  async function readList(): Promise<void> {
    const [head] = (await redis.send(["HMGET", hash, headField])) as (string | null)[];
    if (head === copyHead) return;
    const flat = pairs(await redis.send(["HGETALL", hash]));
    const readHead = flat.get(headField) ?? null;
    const stored = new Map([...flat].filter(([field]) => !field.startsWith("#")).map(readPair));
    await restoreLost(stored);
    await forgetEnded(stored, flat);
    copy = stored;
    copyHead = readHead ?? (stored.size > 0 ? await giveHead() : null);
    changed();
  }

  /** For a list of an earlier version: without a head, its loss would go unnoticed. */
  async function giveHead(): Promise<string> {
    const head = randomUUID();
    await redis.send(["HSETNX", hash, headField, head]);
    return head;
  }

  /** Writes back what the copy has and Redis lacks. */
  async function restoreLost(stored: Map<string, DenyEntry>): Promise<void> {
    const isLost = ([field, own]: [string, DenyEntry]) =>
      isNewer(own, stored.get(field)) && endOf(own) > now() - keepEndedMs;
    const lost = [...copy].filter(isLost);
    if (lost.length === 0) return;
    const values = lost.flatMap(([field, own]) => [field, JSON.stringify(own)]);
    const restored = await redis.run(restoreScript, [hash], [randomUUID(), ...values]);
    // Another instance may have been first.
    if (Number(restored) > 0) {
      log.warn({ restored, entries: copy.size }, "deny-list: Redis has lost entries, and this instance restored them");
    }
    for (const [field, own] of lost) stored.set(field, own);
  }

  async function forgetEnded(stored: Map<string, DenyEntry>, flat: Map<string, string>): Promise<void> {
    const ended = [...stored].filter(([, entry]) => endOf(entry) < now() - 2 * keepEndedMs).map(([field]) => field);
    if (ended.length === 0) return;
    const values = ended.flatMap((field) => [field, flat.get(field) ?? ""]);
    await redis.run(forgetScript, [hash], values);
    for (const field of ended) stored.delete(field);
  }

  /** Reads and changes the list after everyone who asked before, so that an older answer never replaces a newer one. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }
  const refresh = () => inTurn(readList);

  const keepFresh = () => void Promise.all([refresh(), issued.tidy()]).catch(() => {});

  async function orProblem<Value>(work: Promise<Value>): Promise<Value> {
    return work.catch((cause: unknown) => {
      throw new Problem("store-unavailable", { cause, headers: { "retry-after": "5" } });
    });
  }

  /** Returns the entry before. What Redis has lost is restored first, and the copy has the change before anyone reads it. */
  function change(entry: DenyEntry): Promise<DenyEntry | undefined> {
    const field = subjectKey(entry.subject);
    return inTurn(async () => {
      await readList();
      const reply = await redis.run(changeScript, [hash], [field, JSON.stringify(entry), randomUUID()]);
      const [value, before] = reply as [string, string | null];
      copy.set(field, readEntry(field, value));
      changed();
      return before === null ? undefined : readEntry(field, before);
    });
  }

  return {
    issued: { ...issued, of: (subject) => orProblem(issued.of(subject)) },
    get ready() {
      return copyHead !== undefined;
    },
    async find(caller) {
      const fields = keysOfCaller(caller);
      const own = fields.map((field) => copy.get(field));
      const reply = await redis.send(["HMGET", hash, headField, ...fields]).catch(() => undefined);
      if (!reply && copyHead === undefined) throw new Problem("store-unavailable", { headers: { "retry-after": "5" } });
      if (!reply) return amongst(own);
      const [head, ...values] = reply as (string | null)[];
      const stored = values.map((value, i) => (value === null ? undefined : readEntry(fields[i] ?? "", value)));
      if (head === copyHead) return amongst(stored);
      // Until the copy is compared with Redis, the later entry of each subject counts.
      return amongst(stored.map((entry, i) => (own[i] && isNewer(own[i], entry) ? own[i] : entry)));
    },
    async add(entry) {
      await orProblem(change(entry));
    },
    async remove(subject) {
      const nowMs = now();
      const before = await orProblem(change({ subject, addedAtMs: nowMs, untilMs: 0 }));
      return before !== undefined && counts(before, nowMs);
    },
    async list() {
      await orProblem(refresh());
      return [...copy.values()].filter((entry) => counts(entry, now()));
    },
    onChange: (listener) => void listeners.push(listener),
    async start() {
      redis.onAvailable(keepFresh);
      await Promise.all([refresh(), issued.tidy()]).catch(() => {});
      timer = setInterval(keepFresh, refreshEveryMs).unref();
    },
    async stop() {
      clearInterval(timer);
    },
  };
}

const readPair = ([field, value]: [string, string]) => [field, readEntry(field, value)] as const;

/** HGETALL answers with a flat list, or with a map if the protocol has maps. */
function pairs(reply: unknown): Map<string, string> {
  if (!Array.isArray(reply)) return new Map(Object.entries(reply as Record<string, string>));
  const flat = reply as string[];
  return new Map(flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1] ?? ""] as const] : [])));
}
