// The deny-list: who is allowed to change it, and that it takes effect with the next exchange on every instance.
import type { DenyAnswer } from "@teams-token-exchange/rules/contract";
import { describe, expect, it } from "vitest";
import { hasRedis, startRedis, type TestRedis } from "./support/redis.ts";
import {
  type Answer,
  answerOf,
  exchange,
  exchangesAsked,
  issue,
  issueBoth,
  startServer,
  type TestServer,
  until,
} from "./support/world.ts";

const role = "Exchange.Admin";
const settings = { ADMIN_APP_ROLE: role };

const adminToken = (server: TestServer) =>
  issue(server, "api", { user: "bruno", claims: { roles: [role] }, client: "spa" });
async function administer(server: TestServer, method: string, body?: object, callerToken?: string): Promise<Answer> {
  const response = await fetch(`${server.url}/api/admin/deny-list`, {
    method,
    headers: {
      authorization: `Bearer ${callerToken ?? (await adminToken(server))}`,
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answerOf(response);
}
function subjects({ emulator }: TestServer) {
  const { oid, tenantId } = emulator.user("ada");
  return {
    user: { kind: "user", tenantId, objectId: oid },
    client: { kind: "client", clientId: emulator.registration("spa").appId },
    tenant: { kind: "tenant", tenantId },
  };
}

/** Denies the subject and returns what the answer says about its tokens. */
async function existingTokens(server: TestServer, subject: object): Promise<DenyAnswer["existingTokens"]> {
  const { status, body } = await administer(server, "POST", { subject });
  expect(status).toBe(201);
  return (body as DenyAnswer).existingTokens;
}

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";

/** A clock that shows yesterday while the server starts, so that by now every token that lives has been noted. */
function clockOfADayLater(): () => number {
  let behindMs = 25 * 60 * 60_000;
  setImmediate(() => {
    behindMs = 0;
  });
  return () => Date.now() - behindMs;
}

describe("a denied caller", () => {
  it.each(["user", "client", "tenant"] as const)(
    "by %s gets 403 and costs nothing, until the entry is removed",
    async (kind) => {
      const server = await startServer(settings);
      const { callerToken, teamsToken } = await issueBoth(server);
      const subject = subjects(server)[kind];
      expect(await administer(server, "POST", { subject, reason: "left" })).toMatchObject({ status: 201 });
      const answer = await exchange(server, callerToken, teamsToken);
      expect(answer).toMatchObject({ status: 403, problem: "caller-denied" });
      expect(JSON.stringify(answer.body)).not.toContain("left");
      expect(exchangesAsked(server)).toBe(0);
      expect((await administer(server, "DELETE", { subject })).body).toEqual({ removed: true });
      expect((await administer(server, "DELETE", { subject })).body).toEqual({ removed: false });
      expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    },
  );

  it("does not stand for others", async () => {
    const server = await startServer(settings);
    const bruno = await issueBoth(server, { user: "bruno" });
    await administer(server, "POST", { subject: subjects(server).user });
    expect((await exchange(server, bruno.callerToken, bruno.teamsToken)).status).toBe(200);
  });

  it("is let in again when the time of the entry has passed", async () => {
    let aheadMs = 0;
    const server = await startServer(settings, { now: () => Date.now() + aheadMs });
    const { callerToken, teamsToken } = await issueBoth(server, { expiresInSeconds: 7_000 });
    await administer(server, "POST", { subject: subjects(server).user, forSeconds: 60 });
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(403);
    aheadMs = 61_000;
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    expect((await administer(server, "GET")).body).toEqual({ entries: [] });
  });

  it("may hold a token, and the answer says for how long it lives", async () => {
    const server = await startServer(settings, { now: clockOfADayLater() });
    const { user } = subjects(server);
    const none = { seconds: 0, known: true, underWay: 0, revoked: 0, notRevoked: 0 };
    expect(await existingTokens(server, user)).toMatchObject(none);
    await administer(server, "DELETE", { subject: user });
    const { callerToken, teamsToken } = await issueBoth(server);
    const { expiresOn } = (await exchange(server, callerToken, teamsToken)).body as { expiresOn: string };
    expect(await existingTokens(server, user)).toMatchObject({ mayLiveUntil: expiresOn, known: true });
  });

  it("may hold a token of an earlier process for a day: the end is not known, even if a token was noted", async () => {
    const server = await startServer(settings);
    const { callerToken, teamsToken } = await issueBoth(server);
    await exchange(server, callerToken, teamsToken);
    const { known, seconds } = await existingTokens(server, subjects(server).user);
    expect(known).toBe(false);
    expect(seconds).toBeGreaterThan(86_000);
  });

  it("gets no token of an exchange that was under way when the entry was added", async () => {
    const server = await startServer(settings, { now: clockOfADayLater() });
    const { callerToken, teamsToken } = await issueBoth(server);
    server.emulator.addFault({ operation, fault: { kind: "hold" } });
    const underWay = exchange(server, callerToken, teamsToken);
    await until(() => server.emulator.requestCount(operation) === 1);
    const answer = await existingTokens(server, subjects(server).user);
    expect(answer).toMatchObject({ known: false, underWay: 1, seconds: 86_400 });
    server.emulator.clearFaults();
    expect(await underWay).toMatchObject({ status: 403, problem: "caller-denied" });
    expect(await existingTokens(server, subjects(server).user)).toMatchObject({ known: true, underWay: 0 });
  });

  it("is not waited for if the exchange under way is another caller's", async () => {
    const server = await startServer(settings, { now: clockOfADayLater() });
    const { callerToken, teamsToken } = await issueBoth(server, { user: "bruno" });
    server.emulator.addFault({ operation, fault: { kind: "hold" } });
    const underWay = exchange(server, callerToken, teamsToken);
    await until(() => server.emulator.requestCount(operation) === 1);
    expect(await existingTokens(server, subjects(server).user)).toMatchObject({ known: true, underWay: 0 });
    server.emulator.clearFaults();
    expect((await underWay).status).toBe(200);
  });
});

describe("the admin route", () => {
  it("lists what was added", async () => {
    const server = await startServer(settings);
    const { user, client } = subjects(server);
    await administer(server, "POST", { subject: user, forSeconds: 60, reason: "left" });
    await administer(server, "POST", { subject: client });
    expect((await administer(server, "GET")).body).toEqual({
      entries: [
        { subject: user, addedAt: expect.any(String), until: expect.any(String), reason: "left" },
        { subject: client, addedAt: expect.any(String) },
      ],
    });
  });

  it("does not exist without the setting", async () => {
    const server = await startServer();
    for (const method of ["GET", "POST", "DELETE"]) expect((await administer(server, method)).status).toBe(404);
  });

  it("is closed to callers without the role, and to those without a token", async () => {
    const server = await startServer(settings);
    const { user } = subjects(server);
    for (const roles of [[], ["Exchange.Reader"], [`${role}.x`]]) {
      const callerToken = await issue(server, "api", { claims: { roles } });
      const answer = await administer(server, "POST", { subject: user }, callerToken);
      expect(answer).toMatchObject({ status: 403, problem: "role-missing" });
    }
    expect((await fetch(`${server.url}/api/admin/deny-list`)).status).toBe(401);
    expect((await administer(server, "GET")).body).toEqual({ entries: [] });
  });

  it.each([
    ["no subject", {}],
    ["an unknown kind", { subject: { kind: "group", id: "x" } }],
    ["a user without a tenant", { subject: { kind: "user", objectId: "55555555-5555-4555-8555-555555555555" } }],
    ["an id that is no GUID", { subject: { kind: "client", clientId: "*" } }],
    [
      "a reason of several words",
      { subject: { kind: "client", clientId: "55555555-5555-4555-8555-555555555555" }, reason: "Ada left" },
    ],
    [
      "no time at all",
      { subject: { kind: "client", clientId: "55555555-5555-4555-8555-555555555555" }, forSeconds: 0 },
    ],
  ])("refuses %s", async (_name, body) => {
    const server = await startServer(settings);
    expect(await administer(server, "POST", body)).toMatchObject({ status: 400, problem: "request-invalid" });
  });

  it("takes ids in upper case", async () => {
    const server = await startServer(settings);
    const { callerToken, teamsToken } = await issueBoth(server);
    const { tenantId } = server.emulator.user("ada");
    await administer(server, "POST", { subject: { kind: "tenant", tenantId: tenantId.toUpperCase() } });
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(403);
  });
});

describe.runIf(hasRedis)("with Redis", () => {
  async function startTwo() {
    const redis = await startRedis();
    const given = { ...settings, REDIS_URL: redis.url };
    // Patient, because these tests are about what Redis says, on machines that may be busy.
    const patient = { redisTimeoutMs: 5_000 };
    const first = await startServer(given, patient);
    const second = await startServer(given, patient, first.emulator);
    return { redis, first, second, tokens: await issueBoth(first), subject: subjects(first).user };
  }

  it("an entry counts with the next exchange on the other instance, and so does its removal", async () => {
    const { first, second, tokens, subject } = await startTwo();
    expect((await exchange(second, tokens.callerToken, tokens.teamsToken)).status).toBe(200);
    await administer(first, "POST", { subject });
    expect(await exchange(second, tokens.callerToken, tokens.teamsToken)).toMatchObject({ problem: "caller-denied" });
    await administer(first, "DELETE", { subject });
    expect((await exchange(second, tokens.callerToken, tokens.teamsToken)).status).toBe(200);
  });

  /** Marks the notes as complete for longer than any token lives. */
  const noteSinceYesterday = async (redis: TestRedis) => {
    const start = String(-(Date.now() - 25 * 60 * 60_000));
    for (const key of ["tte:{tte:deny}:issued", "tte:{tte:deny}:issued-acs"])
      await redis.command("ZADD", key, start, "#since");
  };

  it("says on one instance how long a token lives that the other issued", async () => {
    const { redis, first, second, tokens, subject } = await startTwo();
    await noteSinceYesterday(redis);
    const { expiresOn } = (await exchange(second, tokens.callerToken, tokens.teamsToken)).body as { expiresOn: string };
    expect(await existingTokens(first, subject)).toMatchObject({ mayLiveUntil: expiresOn, known: true });
  });

  it("knows no end if Redis has lost notes, even if it has newer ones", async () => {
    const { redis, first, second, tokens, subject } = await startTwo();
    await noteSinceYesterday(redis);
    await exchange(second, tokens.callerToken, tokens.teamsToken);
    await redis.command("FLUSHALL");
    await exchange(second, tokens.callerToken, tokens.teamsToken);
    expect(await existingTokens(first, subject)).toMatchObject({ known: false });
  });

  it("knows no end if an instance could not write its notes", async () => {
    const { redis, first, second, tokens, subject } = await startTwo();
    await noteSinceYesterday(redis);
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    expect((await exchange(second, tokens.callerToken, tokens.teamsToken)).status).toBe(200);
    await redis.command("CONFIG", "SET", "maxmemory", "0");
    await until(async () => (await administer(first, "GET")).status === 200);
    await until(async () => !(await existingTokens(first, subject)).known);
  });

  it("an exchange that is under way on another instance is counted, and ends without a token", async () => {
    const { redis, first, second, tokens, subject } = await startTwo();
    await noteSinceYesterday(redis);
    second.emulator.addFault({ operation, fault: { kind: "hold" } });
    const underWay = exchange(second, tokens.callerToken, tokens.teamsToken);
    await until(() => second.emulator.requestCount(operation) === 1);
    expect(await existingTokens(first, subject)).toMatchObject({ known: false, underWay: 1 });
    second.emulator.clearFaults();
    expect(await underWay).toMatchObject({ status: 403, problem: "caller-denied" });
    expect(await existingTokens(first, subject)).toMatchObject({ known: true, underWay: 0 });
  });

  it("the last known copy counts while Redis is down, and the route says that it cannot change anything", async () => {
    const { redis, first, tokens, subject } = await startTwo();
    await administer(first, "POST", { subject });
    // Listing reads the copy again.
    expect((await administer(first, "GET")).body).toMatchObject({ entries: [{ subject }] });
    await redis.kill();
    expect(await exchange(first, tokens.callerToken, tokens.teamsToken)).toMatchObject({ problem: "caller-denied" });
    expect(await administer(first, "DELETE", { subject })).toMatchObject({ status: 503, problem: "store-unavailable" });
  });

  it("the copy outlives a flushed Redis and is written back", async () => {
    const { redis, first, second, tokens, subject } = await startTwo();
    await administer(first, "POST", { subject });
    await administer(first, "GET");
    await redis.command("FLUSHALL");
    expect(await exchange(first, tokens.callerToken, tokens.teamsToken)).toMatchObject({ problem: "caller-denied" });
    expect((await administer(first, "GET")).body).toMatchObject({ entries: [{ subject }] });
    expect(await exchange(second, tokens.callerToken, tokens.teamsToken)).toMatchObject({ problem: "caller-denied" });
  });
});
