// Two instances, one Redis, one ACS: what they spend together, and what happens to them without Redis.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { defaultQuotaTimes } from "../src/quota/quota-guard.ts";
import { hasRedis, startRedis, type TestRedis } from "./support/redis.ts";
import { exchange, exchangesAsked, issueBoth, startServer, type TestServer, until } from "./support/world.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";

/** Half a second instead of 30, and the same second as in production for the way to ACS. */
const quickTimes = { ...defaultQuotaTimes, windowMs: 1_500, holdMs: 200 };
const countedMs = 500;

async function startTwo(
  redis: TestRedis,
  settings: Record<string, string> = {},
  redisTimeoutMs = 5_000,
): Promise<[TestServer, TestServer]> {
  const given = { REDIS_URL: redis.url, RATE_LIMIT_PER_CALLER: "0", ...settings };
  const start = () => startServer(given, { quotaTimes: quickTimes, redisTimeoutMs });
  return [await start(), await start()];
}

/** Tokens of this many users. The Teams token is opaque, so ACS is asked and refuses: that counts like any other call. */
const crowd = (server: TestServer, size: number) =>
  Promise.all(
    Array.from({ length: size }, async () => {
      const oid = randomUUID();
      const callerToken = await server.emulator.issueToken({ resource: "api", user: "ada", claims: { oid } });
      return { callerToken, teamsToken: `opaque-${oid}` };
    }),
  );

/** Times at which ACS was asked, in ms, ascending. */
const callTimes = ({ emulator }: TestServer) =>
  emulator.requests
    .filter((request) => request.operation === operation)
    .map(({ time }) => Date.parse(time))
    .sort((a, b) => a - b);
const mostIn = (ms: number, times: readonly number[]) =>
  Math.max(0, ...times.map((start, i) => times.slice(i).filter((time) => time < start + ms).length));

describe.runIf(hasRedis)("two instances with one Redis", () => {
  it("stay within the limit together: a crowd, Redis killed in the middle and back again, empty", async () => {
    const limit = 30;
    const redis = await startRedis();
    const servers = await startTwo(redis, {
      ACS_EXCHANGES_PER_30S: String(limit),
      LOG_LEVEL: "silent",
    });
    const [first] = servers;
    const clients = await crowd(first, 60);
    const answers = new Map<string, number>();
    let round = 0;
    let ended = false;
    async function keepAsking() {
      for (; !ended; round += 1) {
        const { callerToken, teamsToken } = clients[round % clients.length] ?? { callerToken: "", teamsToken: "" };
        const answer = await exchange(servers[round % 2] ?? first, callerToken, teamsToken);
        const name = `${answer.status} ${answer.problem}`;
        answers.set(name, (answers.get(name) ?? 0) + 1);
        if (answer.status === 503) expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      }
    }
    const workers = Array.from({ length: 24 }, keepAsking);
    const calls = () => exchangesAsked(first);

    await until(() => calls() >= 1.5 * limit);
    await redis.kill();
    const answered = round;
    await until(() => round >= answered + 2 * clients.length);
    await redis.restart();
    const atRestart = calls();
    await until(() => calls() >= atRestart + limit);
    ended = true;
    await Promise.all(workers);

    expect(mostIn(countedMs, callTimes(first))).toBeLessThanOrEqual(limit);
    const documented = ["403 teams-token-rejected", "503 quota-exhausted", "503 overloaded"];
    expect([...answers.keys()].filter((name) => !documented.includes(name))).toEqual([]);
  });

  it("count a caller's requests together", async () => {
    const redis = await startRedis();
    const servers = await startTwo(redis, { RATE_LIMIT_PER_CALLER: "4" });
    const { callerToken, teamsToken } = await issueBoth(servers[0]);
    const statuses = [];
    for (let i = 0; i < 6; i += 1)
      statuses.push((await exchange(servers[i % 2] ?? servers[0], callerToken, teamsToken)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
  });

  it("keep one place for a caller on every instance that it comes to", async () => {
    const redis = await startRedis();
    const [first, second] = await startTwo(redis, { ACS_EXCHANGES_PER_30S: "1" });
    const one = await issueBoth(first);
    const two = await issueBoth(first, { user: "bruno" });
    expect((await exchange(first, one.callerToken, one.teamsToken)).status).toBe(200);
    const promised = await exchange(first, two.callerToken, two.teamsToken);
    expect(promised).toMatchObject({ status: 503, problem: "quota-exhausted" });
    const [key = ""] = (await redis.command("KEYS", "tte:{*}:*:places:*")) as string[];
    const places = await redis.command("ZCARD", key);
    await exchange(second, two.callerToken, two.teamsToken);
    expect([places, await redis.command("ZCARD", key)]).toEqual([1, 1]);
  });
});

describe.runIf(hasRedis)("an instance whose Redis", () => {
  const shareAlone = { ACS_EXCHANGES_PER_30S: "100", RATE_LIMIT_PER_CALLER: "0" };
  async function startOne(redis: TestRedis) {
    const server = await startServer({ REDIS_URL: redis.url, ...shareAlone });
    return { server, tokens: await issueBoth(server) };
  }

  it.each([
    ["was killed", (redis: TestRedis) => redis.kill()],
    ["hangs", async (redis: TestRedis) => redis.freeze()],
    ["has become a replica that takes no writes", (redis: TestRedis) => redis.command("REPLICAOF", "127.0.0.1", "9")],
    ["is out of memory", (redis: TestRedis) => redis.command("CONFIG", "SET", "maxmemory", "1")],
    ["was flushed", (redis: TestRedis) => redis.command("FLUSHALL")],
    ["forgets scripts", (redis: TestRedis) => redis.command("SCRIPT", "FLUSH")],
  ])("%s still serves, from its local share", async (_name, harm) => {
    const redis = await startRedis();
    const { server, tokens } = await startOne(redis);
    expect((await exchange(server, tokens.callerToken, tokens.teamsToken)).status).toBe(200);
    await harm(redis);
    for (let i = 0; i < 5; i += 1) {
      expect((await exchange(server, tokens.callerToken, tokens.teamsToken)).status).toBe(200);
    }
    redis.thaw();
  });

  it("could never be reached is not ready and answers 503", async () => {
    const server = await startServer({ REDIS_URL: "redis://127.0.0.1:9" });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    const { callerToken, teamsToken } = await issueBoth(server);
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({
      status: 503,
      problem: "store-unavailable",
    });
    expect(exchangesAsked(server)).toBe(0);
  });
});
