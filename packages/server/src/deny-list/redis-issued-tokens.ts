// What all instances have issued, in Redis. An instance marks a request there before it asks the deny-list, and notes a token
// before it asks it again; both on one connection, so that anyone who denies in between finds the mark or the note.
import { randomUUID } from "node:crypto";
import type { Redis } from "../redis/redis.ts";
import { keysOfCaller, noteOf, subjectKey } from "./deny-list.ts";
import type { IssuedTokens } from "./deny-list-types.ts";
import { isNoteOf, revocableOf } from "./issued-tokens.ts";

/**
 * Sorted sets, scored with a time in milliseconds since 1970. Plain commands change them, because scripts may change the order. In a
 * cluster they are on the node of the deny-list `tte:deny`, so that all of it stays in the order of one connection.
 */
const keys = {
  /** Subjects, by the end of their last token that cannot be revoked. */
  issued: "tte:{tte:deny}:issued",
  /** An ACS user with its caller, by the end of its last token. */
  revocable: "tte:{tte:deny}:issued-acs",
  /** Requests under way, by the time at which they have ended at the latest. */
  underWay: "tte:{tte:deny}:under-way",
};
/** The member that tells since when the set is complete, as a negative score; if the set is lost, so is this. */
const since = "#since";
/** A request ends at its deadline; one of an instance that crashed ends with this. */
const longestRequestMs = 20_000;
const pageSize = 2_000;

/** KEYS: a sorted set. ARGV: member, score. */
const forgetScript = `
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0) > tonumber(ARGV[2]) then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])`;

/** Notes in Redis, with what keeps them tidy. */
export interface RedisIssuedTokens extends IssuedTokens {
  /** Drops what has ended, and says since when the notes are complete. */
  tidy(): Promise<void>;
}

/** Makes them. `now` is the time in milliseconds since 1970. */
export function createRedisIssuedTokens(redis: Redis, now: () => number): RedisIssuedTokens {
  /** A note did not reach Redis: from the outage on, nobody knows all. */
  let isIncomplete = false;

  async function membersOf(key: string, isWanted: (member: string) => boolean): Promise<[string, number][]> {
    const found: [string, number][] = [];
    for (let offset = 0; ; offset += pageSize) {
      const page = ["LIMIT", String(offset), String(pageSize)];
      const reply = await redis.send(["ZRANGEBYSCORE", key, String(now()), "+inf", "WITHSCORES", ...page]);
      // A flat list, or one of pairs if the protocol has numbers.
      const members = (reply as (string | [string, number])[]).flat();
      for (let i = 0; i < members.length; i += 2) {
        const member = String(members[i]);
        if (isWanted(member)) found.push([member, Number(members[i + 1])]);
      }
      if (members.length < 2 * pageSize) return found;
    }
  }
  const revocable = async (isWanted: (note: string) => boolean) =>
    (await membersOf(keys.revocable, isWanted)).map(([note, expiresOnMs]) => revocableOf(note, expiresOnMs));
  /** As text, or as a number if the protocol has them. 0 if there is none. */
  const score = async (key: string, member: string) => Number((await redis.send(["ZSCORE", key, member])) ?? 0);

  return {
    begin(caller) {
      const mark = noteOf(randomUUID(), caller);
      redis.send(["ZADD", keys.underWay, String(now() + longestRequestMs), mark]).catch(() => {});
      return () => void redis.send(["ZREM", keys.underWay, mark]).catch(() => {});
    },
    note(caller, { expiresOn, acsUserId }) {
      const end = String(expiresOn.getTime());
      const members = acsUserId ? [noteOf(acsUserId, caller)] : keysOfCaller(caller);
      const key = acsUserId ? keys.revocable : keys.issued;
      redis.send(["ZADD", key, "GT", ...members.flatMap((member) => [end, member])]).catch(() => {
        isIncomplete = true;
      });
    },
    async of(subject) {
      // In this order: a request that has ended meanwhile has left its note.
      const isOfSubject = (note: string) => isNoteOf(note, subjectKey(subject));
      const underWay = await membersOf(keys.underWay, isOfSubject);
      const tokens = await revocable(isOfSubject);
      const latestMs = await score(keys.issued, subjectKey(subject));
      const starts = [-(await score(keys.issued, since)), -(await score(keys.revocable, since))];
      return {
        underWay: underWay.length,
        latestMs,
        revocable: tokens,
        completeSinceMs: starts.some((start) => start <= 0) ? undefined : Math.max(...starts),
      };
    },
    revocable,
    async forget({ note, expiresOnMs }) {
      await redis.run(forgetScript, [keys.revocable], [note, String(expiresOnMs)]);
    },
    async tidy() {
      const wasIncomplete = isIncomplete;
      isIncomplete = false;
      try {
        const mode = wasIncomplete ? [] : ["NX"];
        for (const key of [keys.issued, keys.revocable]) {
          await redis.send(["ZADD", key, ...mode, String(-now()), since]);
        }
      } catch (error) {
        isIncomplete ||= wasIncomplete;
        throw error;
      }
      for (const key of Object.values(keys)) await redis.send(["ZREMRANGEBYSCORE", key, "0", String(now())]);
    },
  };
}
