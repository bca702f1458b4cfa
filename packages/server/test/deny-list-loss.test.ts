// Redis loses data: what was denied stays denied, and what was allowed again stays allowed. These lists have no timer; each one
// compares its copy with Redis when it is asked for its entries.
import { describe, expect, it, onTestFinished } from "vitest";
import { openDenyList } from "../src/admin.ts";
import { createRedisDenyList } from "../src/deny-list/redis-deny-list.ts";
import { createRedis, type Redis } from "../src/redis/redis.ts";
import { hasRedis, startRedis, type TestRedis } from "./support/redis.ts";
import { until } from "./support/world.ts";

const tenantId = "11111111-1111-4111-8111-111111111111";
const clientId = "44444444-4444-4444-8444-444444444444";
const objectIdOf = (i: number) => `55555555-5555-4555-8555-${String(i).padStart(12, "0")}`;
const userOf = (i: number) => ({ kind: "user", tenantId, objectId: objectIdOf(i) }) as const;
const callerOf = (i: number) => ({ tenantId, objectId: objectIdOf(i), clientId, roles: [] });
const entryOf = (i: number) => ({ subject: userOf(i), addedAtMs: Date.now() });
const dayMs = 24 * 60 * 60_000;

/** The list of one instance, and its log lines. */
async function openList({ url }: TestRedis, now: () => number = Date.now) {
  const redis = createRedis({ url, log: { info: () => {}, warn: () => {} }, commandTimeoutMs: 5_000 });
  onTestFinished(() => redis.stop());
  await redis.start();
  const logged: unknown[] = [];
  const log = { warn: (members: object) => void logged.push(members) };
  const list = createRedisDenyList({ redis, now, log: log as never });
  return {
    ...list,
    logged,
    redis,
    denies: async (i: number) => (await list.find(callerOf(i))) !== undefined,
    users: async () =>
      (await list.list()).map(({ subject }) => ("objectId" in subject ? subject.objectId : subject.kind)).toSorted(),
  };
}

/** Adds or removes as the command line does: without a copy of the list. */
async function withCommand<Value>(
  { url }: TestRedis,
  work: (list: Awaited<ReturnType<typeof openDenyList>>) => Promise<Value>,
): Promise<Value> {
  const list = await openDenyList({ REDIS_URL: url });
  return work(list).finally(() => list.close());
}

const role = async (redis: TestRedis) => String(await redis.command("INFO", "replication"));

/** Makes `follower` a copy of `leader`, and returns once it is one. */
async function follow(follower: TestRedis, leader: TestRedis): Promise<void> {
  await leader.command("CONFIG", "SET", "repl-diskless-sync-delay", "0");
  // Without a file: the next Redis of a test would read it.
  await follower.command("CONFIG", "SET", "repl-diskless-load", "swapdb");
  await follower.command("REPLICAOF", "127.0.0.1", new URL(leader.url).port);
  await until(async () => (await role(follower)).includes("master_link_status:up"));
}

const isBack = (redis: Redis) =>
  redis.send(["PING"]).then(
    () => true,
    () => false,
  );

const losses: [string, (redis: TestRedis) => Promise<unknown>][] = [
  ["FLUSHALL", (redis) => redis.command("FLUSHALL")],
  ["a restart without its file", (redis) => redis.kill().then(() => redis.restart())],
  ["an eviction of the list", (redis) => redis.command("DEL", "tte:deny")],
];

describe.runIf(hasRedis)("what is denied", () => {
  it.each(losses)(
    "stays denied on every instance after %s, also if another entry is added at once, and the loss is logged",
    async (_name, lose) => {
      const redis = await startRedis();
      const [first, second] = [await openList(redis), await openList(redis)];
      await first.add(entryOf(1));
      expect(await second.users()).toEqual([objectIdOf(1)]);
      await lose(redis);
      await withCommand(redis, (list) => list.add({ subject: userOf(2) }));
      for (const list of [first, second]) await until(() => isBack(list.redis));
      for (const list of [first, second]) expect([await list.denies(1), await list.denies(2)]).toEqual([true, true]);

      const both = [objectIdOf(1), objectIdOf(2)];
      expect(await second.users()).toEqual(both);
      expect(second.logged).toEqual([{ restored: 1, entries: 1 }]);
      // A new instance, which has no copy.
      expect(await (await openList(redis)).users()).toEqual(both);
      expect(await first.users()).toEqual(both);
      expect(first.logged).toEqual([]);
    },
  );

  it("stays denied after a failover to a replica that was behind", async () => {
    const [redis, replica] = [await startRedis(), await startRedis()];
    const list = await openList(redis);
    await list.add(entryOf(1));
    await follow(replica, redis);
    await replica.command("REPLICAOF", "NO", "ONE");
    await list.add(entryOf(2));
    await redis.kill();
    await redis.restart();
    await follow(redis, replica);
    await redis.command("REPLICAOF", "NO", "ONE");
    // As many changes as the list had before.
    await withCommand(redis, (command) => command.add({ subject: userOf(3) }));
    await until(() => isBack(list.redis));
    expect(await list.denies(2)).toBe(true);
    expect(await list.users()).toEqual([1, 2, 3].map(objectIdOf));
    expect(list.logged).toEqual([{ restored: 1, entries: 2 }]);
  });

  it("is put together again from instances that have read different states", async () => {
    const redis = await startRedis();
    const [first, second] = [await openList(redis), await openList(redis)];
    await first.add(entryOf(1));
    await second.users();
    await first.add(entryOf(2));
    await redis.command("FLUSHALL");
    expect(await second.users()).toEqual([objectIdOf(1)]);
    expect(await first.users()).toEqual([objectIdOf(1), objectIdOf(2)]);
    expect(await second.users()).toEqual([objectIdOf(1), objectIdOf(2)]);
    expect([first.logged, second.logged]).toEqual([[{ restored: 1, entries: 2 }], [{ restored: 1, entries: 1 }]]);
  });

  it("by a version without heads is restored as well", async () => {
    const redis = await startRedis();
    await redis.command("HSET", "tte:deny", `user:${tenantId}:${objectIdOf(1)}`, JSON.stringify(entryOf(1)));
    const list = await openList(redis);
    await list.users();
    await redis.command("FLUSHALL");
    expect(await list.denies(1)).toBe(true);
    expect(await list.users()).toEqual([objectIdOf(1)]);
  });
});

describe.runIf(hasRedis)("what was removed", () => {
  it("does not come back if it is removed after the loss, before any instance has noticed", async () => {
    const redis = await startRedis();
    const [first, second] = [await openList(redis), await openList(redis)];
    await first.add(entryOf(1));
    await second.users();
    await redis.command("FLUSHALL");
    await withCommand(redis, (list) => list.remove(userOf(1)));
    for (const list of [first, second]) expect(await list.denies(1)).toBe(false);
    for (const list of [first, second, first]) expect(await list.users()).toEqual([]);
  });

  it.each([
    ["knows of the removal", [0, 1]],
    ["does not", [1, 0]],
  ])("does not come back if the first instance that notices a loss %s", async (_name, order) => {
    const redis = await startRedis();
    const lists = [await openList(redis), await openList(redis)];
    const inOrder = order.map((i) => lists[i]);
    await lists[0]?.add(entryOf(1));
    await lists[1]?.users();
    expect(await lists[0]?.remove(userOf(1))).toBe(true);
    await redis.command("FLUSHALL");
    for (const list of [...inOrder, ...inOrder]) await list?.users();
    for (const list of lists) expect([await list.denies(1), await list.users()]).toEqual([false, []]);
  });

  it("stays removed, and what was added stays, while Redis is flushed in the middle of many changes", async () => {
    const redis = await startRedis();
    const lists = [await openList(redis), await openList(redis)];
    const [first, second] = lists;
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    await Promise.all(numbers.map((i) => lists[i % 2]?.add(entryOf(i))));
    for (const list of lists) await list.users();
    const isRemoved = (i: number) => i % 3 === 0;
    await Promise.all([
      ...numbers.filter(isRemoved).map((i) => lists[i % 2]?.remove(userOf(i))),
      redis.command("FLUSHALL"),
      ...numbers.map((i) => lists[i % 2]?.add(entryOf(100 + i))),
      first?.users(),
      redis.command("FLUSHALL"),
      second?.users(),
    ]);
    for (const list of [...lists, ...lists]) await list.users();
    const expected = numbers.flatMap((i) => [...(isRemoved(i) ? [] : [objectIdOf(i)]), objectIdOf(100 + i)]).toSorted();
    for (const list of [...lists, await openList(redis)]) expect(await list.users()).toEqual(expected);
  });

  it("is forgotten after two days", async () => {
    const redis = await startRedis();
    const list = await openList(redis);
    await list.add(entryOf(1));
    await list.add({ ...entryOf(2), untilMs: Date.now() + 1 });
    await list.remove(userOf(1));
    const later = await openList(redis, () => Date.now() + 2.1 * dayMs);
    await later.users();
    expect(await redis.command("HKEYS", "tte:deny")).toEqual(["#head"]);
    await later.add(entryOf(3));
    expect(await later.users()).toEqual([objectIdOf(3)]);
    expect(later.logged).toEqual([]);
  });
});
