// A Redis that cannot be used: what the log says of it, and that the server does not change its mind again and again.
import { describe, expect, it } from "vitest";
import { createRedis } from "../src/redis/redis.ts";
import { hasRedis, startRedis, type TestRedis } from "./support/redis.ts";
import { freePort, logLines, startServer, until } from "./support/world.ts";

/** All that is logged about Redis at this address. */
async function connectTo(url: string) {
  const logged: string[] = [];
  const redis = createRedis({
    url,
    log: {
      info: (text: string) => void logged.push(text),
      warn: (_: object, text: string) => void logged.push(text),
    } as never,
  });
  await redis.start();
  return { redis, logged };
}
const cluster =
  /is a node of a Redis Cluster, which this server cannot use\. Name a Redis without cluster mode in REDIS_URL\./;

/** Nodes with cluster mode, each of which has an equal share of the slots. */
async function startCluster(size: number): Promise<TestRedis[]> {
  const nodes: TestRedis[] = [];
  for (let index = 0; index < size; index += 1) nodes.push(await startRedis(["--cluster-enabled", "yes"]));
  const share = 16_384 / size;
  for (const [index, node] of nodes.entries()) {
    const [first, last] = [Math.ceil(index * share), Math.ceil((index + 1) * share) - 1];
    await node.command("CLUSTER", "ADDSLOTSRANGE", String(first), String(last));
    const { hostname, port } = new URL(nodes[0]?.url ?? "");
    if (index > 0) await node.command("CLUSTER", "MEET", hostname, port);
  }
  for (const node of nodes)
    await until(async () => String(await node.command("CLUSTER", "INFO")).includes("cluster_state:ok"));
  return nodes;
}

describe.skipIf(!hasRedis)("a Redis", () => {
  it.each([1, 3])(
    "that is a cluster of %i is not used: the server is live, not ready, and says why, once",
    async (size) => {
      const [node] = await startCluster(size);
      logLines.splice(0);
      const server = await startServer({ REDIS_URL: node?.url ?? "" });
      for (let times = 0; times < 3; times += 1) {
        expect((await server.app.inject("/livez")).statusCode).toBe(200);
        expect((await server.app.inject("/readyz")).statusCode).toBe(503);
      }
      const lines = logLines.filter((line) => /redis (un)?available/.test(line));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(cluster);
    },
  );

  it("that refuses a command which a write does not show is left alone after that", async () => {
    const { url, command, freeze, thaw } = await startRedis();
    await command("ACL", "SETUSER", "limited", "on", ">p4ss", "~*", "+@all", "-eval", "-evalsha");
    const { redis, logged } = await connectTo(url.replace("//", "//limited:p4ss@"));
    await expect(redis.run("return 1", ["k"], [])).rejects.toThrow();
    expect(redis.available).toBe(false);
    expect(logged).toEqual([
      "redis available",
      expect.stringMatching(/refuses \(NOPERM\)\. Let the user of REDIS_URL run scripts/),
    ]);
    // Meanwhile the probe of another client finds the same Redis again, three times.
    const other = (await connectTo(url)).redis;
    for (let round = 0; round < 3; round += 1) {
      freeze();
      await expect(other.send(["GET", "k"])).rejects.toThrow();
      thaw();
      await until(() => other.available);
    }
    expect(logged).toHaveLength(2);
    await Promise.all([redis.stop(), other.stop()]);
  });

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
