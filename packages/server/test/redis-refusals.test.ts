// A Redis that cannot be used: what the log says of it, and that the server does not change its mind again and again.
import { describe, expect, it } from "vitest";
import { examineRedis } from "../src/admin.ts";
import { createRedis } from "../src/redis/redis.ts";
import type { Config } from "../src/settings/read-settings.ts";
import { hasRedis, startCluster, startRedis, type TestRedis } from "./support/redis.ts";
import { freePort, logLines, startServer, until } from "./support/world.ts";

/** All that is logged about Redis at this address. */
async function connectTo(url: string) {
  const logged: string[] = [];
  const redis = createRedis({
    url,
    // A slow machine is not what these tests are about.
    commandTimeoutMs: 5_000,
    log: {
      info: (text: string) => void logged.push(text),
      warn: (_: object, text: string) => void logged.push(text),
    } as never,
  });
  await redis.start();
  return { redis, logged };
}
describe.skipIf(!hasRedis)("a Redis", () => {
  it.each([1, 3])(
    "that is a cluster of %i is used like any other, without one change of availability",
    async (size) => {
      const nodes = await startCluster(size);
      const { redis, logged } = await connectTo(nodes[0]?.url ?? "");
      await until(() => redis.available);
      logged.splice(0);
      // Keys of all slots, and scripts that no node knows yet.
      for (let i = 0; i < 200; i += 1) {
        await redis.send(["SET", `tte:${i}`, String(i)]);
        expect(await redis.run("return redis.call('GET', KEYS[1])", [`tte:${i}`], [])).toBe(String(i));
      }
      expect([logged, redis.available, redis.problem]).toEqual([[], true, undefined]);
      const sizes = await Promise.all(nodes.map((node) => node.command("DBSIZE")));
      expect(Math.min(...sizes.map(Number))).toBeGreaterThan(20);
      await redis.stop();
    },
  );

  it("that is a cluster which loses a node is unavailable until that node is back, and changes only once", async () => {
    const nodes = await startCluster(3);
    const ownerOf = async (tag: string) =>
      Math.floor((Number(await nodes[0]?.command("CLUSTER", "KEYSLOT", tag)) * nodes.length) / 16_384);
    // Not the node that a probe without a failed command asks.
    const index = ((await ownerOf("any")) + 1) % nodes.length;
    const second = nodes[index];
    const { redis, logged } = await connectTo(nodes[(index + 1) % nodes.length]?.url ?? "");
    await until(() => redis.available);
    logged.splice(0);
    await second?.kill();
    await until(async () => {
      for (let i = 0; i < 20 && redis.available; i += 1) await redis.send(["SET", `tte:${i}`, "1"]).catch(() => {});
      return !redis.available;
    });
    // Four probes later as well.
    const endsAt = performance.now() + 1_000;
    await until(() => performance.now() > endsAt);
    expect(logged).toEqual([expect.stringContaining("redis unavailable")]);
    await second?.restart();
    await until(() => redis.available);
    expect(logged).toHaveLength(2);
    await redis.stop();
  });

  it.each<[string, RegExp, (redis: TestRedis) => Promise<unknown>]>([
    [
      "NOPERM",
      /refuses \(NOPERM\)\. Let the user of REDIS_URL run scripts/,
      ({ command }) => command("ACL", "SETUSER", "default", "-eval", "-evalsha"),
    ],
    [
      "WRONGTYPE",
      /refuses \(WRONGTYPE\)\. A key tte:\* holds something else\. Delete it/,
      ({ command }) => command("SET", "tte:deny", "text"),
    ],
  ])("that refuses some commands with %s stays available, and is named once", async (code, text, harm) => {
    const server = await startRedis();
    const { redis, logged } = await connectTo(server.url);
    await harm(server);
    for (let i = 0; i < 3; i += 1) {
      const answer = redis.run("return redis.call('HGETALL', KEYS[1])", ["tte:deny"], []);
      await expect(answer).rejects.toMatchObject({ name: "RedisUnavailable", isRefusal: true });
    }
    expect([redis.available, redis.problem?.code]).toEqual([true, code]);
    expect(logged).toEqual(["redis available", expect.stringMatching(text)]);
    await redis.stop();
  });

  it.each<[string, (redis: TestRedis) => Promise<unknown>]>([
    ["NOPERM", ({ command }) => command("ACL", "SETUSER", "default", "-eval", "-evalsha")],
    ["WRONGTYPE", ({ command }) => command("SET", "tte:deny", "text")],
    ["READONLY", ({ command }) => command("REPLICAOF", "127.0.0.1", "9")],
    ["OOM", ({ command }) => command("CONFIG", "SET", "maxmemory", "1")],
  ])("with %s is named by doctor, and a good one is not", async (code, harm) => {
    const node = await startRedis();
    const config = { redisUrl: node.url, redisAuth: "password", acs: { endpoint: "https://acs.example" } } as Config;
    expect(await examineRedis(config)).toBeUndefined();
    await harm(node);
    expect(await examineRedis(config)).toMatchObject({ code, explanation: expect.stringContaining(`(${code})`) });
  });

  it.each<[string, (redis: TestRedis) => Promise<unknown>]>([
    ["READONLY", ({ command }) => command("REPLICAOF", "127.0.0.1", "9")],
    ["OOM", ({ command }) => command("CONFIG", "SET", "maxmemory", "1")],
  ])(
    "that takes no writes (%s) is unavailable, and the server says so at /readyz and once in the log",
    async (code, harm) => {
      const node = await startRedis();
      const server = await startServer({ REDIS_URL: node.url });
      logLines.splice(0);
      await harm(node);
      await until(async () => {
        const { reason } = (await server.app.inject("/readyz")).json<{ reason?: string }>();
        return reason === `redis ${code}`;
      });
      const lines = logLines.filter((line) => /"msg":"redis (un)?available/.test(line));
      expect(lines, lines.join()).toHaveLength(1);
      expect(lines[0]).toContain(`refuses (${code})`);
    },
  );

  it.each<[string, (redis: TestRedis) => Promise<string>, RegExp]>([
    [
      "with another password",
      async ({ url, command }) => {
        await command("CONFIG", "SET", "requirepass", "right");
        return url.replace("//", "//:p4ss-of-redis@");
      },
      /refuses \(WRONGPASS\)\. Correct user and password in REDIS_URL\./,
    ],
    [
      "with a password, if none is given",
      async ({ url, command }) => {
        await command("CONFIG", "SET", "requirepass", "right");
        return url;
      },
      /refuses \(NOAUTH\)\. Correct user and password in REDIS_URL\./,
    ],
    [
      "that is not there",
      async () => `redis://:p4ss@127.0.0.1:${await freePort()}`,
      /Cannot use Redis at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Check REDIS_URL/,
    ],
  ])("%s is reported once, with what to do", async (_name, urlOf, text) => {
    const { redis, logged } = await connectTo(await urlOf(await startRedis()));
    await until(() => logged.length > 0);
    expect(logged).toEqual([expect.stringMatching(text)]);
    expect(logged.join()).not.toContain("p4ss");
    await redis.stop();
  });
});
