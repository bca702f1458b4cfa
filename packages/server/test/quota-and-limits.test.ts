// What requests cost: identical ones together, a full quota, too many of one caller or one address.
import { describe, expect, it } from "vitest";
import {
  answerOf,
  exchange,
  exchangesAsked,
  issue,
  issueBoth,
  startServer,
  type TestServer,
  until,
} from "./support/world.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";

/**
 * So many equal exchanges, all of them in flight before ACS answers the first: it answers once a later request has reached
 * ACS.
 */
async function exchangeTogether(server: TestServer, count: number, user = "ada") {
  const { emulator, app } = server;
  const { callerToken, teamsToken } = await issueBoth(server, { user });
  const late = await issueBoth(server, { user: "bruno" });
  emulator.addFault({ operation, fault: { kind: "hold" } });
  let arrived = 0;
  app.server.on("request", () => {
    arrived += 1;
  });
  const answers = Array.from({ length: count }, () => exchange(server, callerToken, teamsToken));
  await until(() => arrived === count);
  const lateAnswer = exchange(server, late.callerToken, late.teamsToken);
  await until(() => emulator.requestCount(operation) >= 2);
  emulator.clearFaults(operation);
  await lateAnswer;
  return { callerToken, teamsToken, answers: await Promise.all(answers), asked: exchangesAsked(server) - 1 };
}

describe("identical exchanges in flight", () => {
  it("50 of them cost one call to ACS", async () => {
    const server = await startServer();
    const { answers, asked } = await exchangeTogether(server, 50);
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(asked).toBe(1);
    expect(new Set(answers.map(({ body }) => (body as { token: string }).token)).size).toBe(1);
  });

  it("cost one call each if the Teams token or the user differs", async () => {
    const server = await startServer();
    const one = await issueBoth(server);
    const two = await issueBoth(server, { user: "bruno" });
    const anotherToken = await issue(server, "teams", { expiresInSeconds: 5_000 });
    server.emulator.addFault({ operation, fault: { kind: "delay", milliseconds: 100 } });
    await Promise.all([
      exchange(server, one.callerToken, one.teamsToken),
      exchange(server, one.callerToken, anotherToken),
      exchange(server, two.callerToken, two.teamsToken),
    ]);
    expect(exchangesAsked(server)).toBe(3);
  });

  it("share the failure too, and the next one asks again", async () => {
    const server = await startServer();
    // Without a plan that includes Teams, ACS refuses.
    const { answers, asked, callerToken, teamsToken } = await exchangeTogether(server, 3, "chen");
    expect(answers.map(({ problem }) => problem)).toEqual(Array(3).fill("teams-token-rejected"));
    expect(asked).toBe(1);
    await exchange(server, callerToken, teamsToken);
    expect(exchangesAsked(server)).toBe(3);
  });

  it("end for each waiting caller at the deadline", async () => {
    const server = await startServer({}, { exchangeDeadlineMs: 300 });
    const { callerToken, teamsToken } = await issueBoth(server);
    server.emulator.addFault({ operation, fault: { kind: "hang" } });
    const answers = await Promise.all([1, 2].map(() => exchange(server, callerToken, teamsToken)));
    expect(answers.map(({ problem }) => problem)).toEqual(["upstream-timeout", "upstream-timeout"]);
  });
});

describe("a full quota", () => {
  it("answers 503 with the time at which the caller is served, and asks ACS for nothing", async () => {
    const server = await startServer({ ACS_EXCHANGES_PER_30S: "2" });
    const { callerToken, teamsToken } = await issueBoth(server);
    for (let i = 0; i < 2; i += 1) expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    const refused = await exchange(server, callerToken, teamsToken);
    expect(refused).toMatchObject({ status: 503, problem: "quota-exhausted" });
    expect([31, 32]).toContain(Number(refused.headers.get("retry-after")));
    expect(exchangesAsked(server)).toBe(2);
  });

  it("is not spent by callers who are not let in, or whose Teams token is not theirs", async () => {
    const server = await startServer({ ACS_EXCHANGES_PER_30S: "1" });
    const { callerToken, teamsToken } = await issueBoth(server);
    const bruno = await issue(server, "teams", { user: "bruno" });
    for (let i = 0; i < 5; i += 1) {
      expect((await exchange(server, `${callerToken}x`, teamsToken)).status).toBe(401);
      expect((await exchange(server, callerToken, bruno)).status).toBe(403);
    }
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });

  it("leaves nothing for a retry", async () => {
    const server = await startServer({ ACS_EXCHANGES_PER_30S: "1" });
    const { callerToken, teamsToken } = await issueBoth(server);
    server.emulator.addFault({ operation, fault: { kind: "status", status: 500 } });
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({ problem: "upstream-unavailable" });
    expect(exchangesAsked(server)).toBe(1);
  });

  it("does not exist if the setting is 0", async () => {
    const server = await startServer({ ACS_EXCHANGES_PER_30S: "0" });
    const { callerToken, teamsToken } = await issueBoth(server);
    for (let i = 0; i < 5; i += 1) expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });
});

describe("too many requests", () => {
  it("of one user are refused with 429 and Retry-After, with any token, while others are served", async () => {
    const server = await startServer({ RATE_LIMIT_PER_CALLER: "3" });
    const { callerToken, teamsToken } = await issueBoth(server);
    for (let i = 0; i < 3; i += 1) expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    const another = await issue(server, "api", { expiresInSeconds: 4_000 });
    const refused = await exchange(server, another, teamsToken);
    expect(refused).toMatchObject({ status: 429, problem: "rate-limited" });
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    const bruno = await issueBoth(server, { user: "bruno" });
    expect((await exchange(server, bruno.callerToken, bruno.teamsToken)).status).toBe(200);
    expect(exchangesAsked(server)).toBe(4);
  });

  it("of one user are not counted before the token is validated", async () => {
    const server = await startServer({ RATE_LIMIT_PER_CALLER: "1" });
    const { callerToken, teamsToken } = await issueBoth(server);
    const forged = await issue(server, "api", { signWith: "unknown" });
    for (let i = 0; i < 3; i += 1) expect((await exchange(server, forged, teamsToken)).status).toBe(401);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });

  /** Asks without a token, so that only the address is counted. */
  const askFrom = async (server: TestServer, forwardedFor: string) =>
    answerOf(await fetch(`${server.url}/api/token/teams`, { headers: { "x-forwarded-for": forwardedFor } }));
  const inject = (server: TestServer, forwardedFor: string, remoteAddress: string) =>
    server.app.inject({ url: "/api/token/teams", headers: { "x-forwarded-for": forwardedFor }, remoteAddress });

  it("of one address are refused before authentication", async () => {
    const server = await startServer({ RATE_LIMIT_PER_ADDRESS: "2" });
    for (let i = 0; i < 2; i += 1) expect((await askFrom(server, "")).status).toBe(401);
    expect(await askFrom(server, "")).toMatchObject({ status: 429, problem: "rate-limited" });
  });

  it("are one address's, with any X-Forwarded-For", async () => {
    const server = await startServer({ RATE_LIMIT_PER_ADDRESS: "1", LOG_LEVEL: "silent" });
    expect((await inject(server, "192.0.2.1", "203.0.113.9")).statusCode).toBe(401);
    // The hundred thousand of the load test, in short.
    for (let i = 0; i < 2_000; i += 1) {
      const { statusCode } = await inject(server, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, "203.0.113.9");
      expect(statusCode).toBe(429);
    }
  });

  it("are distinguished by the address that a trusted proxy saw, not by what its client claims", async () => {
    const server = await startServer({ RATE_LIMIT_PER_ADDRESS: "1", TRUSTED_PROXIES: "10.0.0.0/8" });
    expect((await inject(server, "1.1.1.1, 192.0.2.1", "10.0.0.5")).statusCode).toBe(401);
    expect((await inject(server, "2.2.2.2, 192.0.2.1", "10.0.0.5")).statusCode).toBe(429);
    expect((await inject(server, "192.0.2.2", "10.0.0.5")).statusCode).toBe(401);
    // Not a proxy: its own address counts.
    expect((await inject(server, "192.0.2.3", "203.0.113.9")).statusCode).toBe(401);
    expect((await inject(server, "192.0.2.4", "203.0.113.9")).statusCode).toBe(429);
  });

  it("are distinguished by the last entry if one hop is trusted", async () => {
    const server = await startServer({ RATE_LIMIT_PER_ADDRESS: "1", TRUSTED_PROXIES: "1" });
    expect((await inject(server, "1.1.1.1, 192.0.2.1", "203.0.113.9")).statusCode).toBe(401);
    expect((await inject(server, "2.2.2.2, 192.0.2.1", "203.0.113.9")).statusCode).toBe(429);
    expect((await inject(server, "2.2.2.2, 192.0.2.2", "203.0.113.9")).statusCode).toBe(401);
  });

  it("are one address's behind a proxy that adds ports, and the proxy's if it names no address", async () => {
    const server = await startServer({ RATE_LIMIT_PER_ADDRESS: "1", TRUSTED_PROXIES: "127.0.0.1" });
    // Each connection of one client has a port of its own; Azure Application Gateway writes it.
    const statuses = async (...values: string[]) => {
      const answers: number[] = [];
      for (const value of values) {
        const headers = { authorization: "Bearer x", "x-forwarded-for": value };
        answers.push((await fetch(`${server.url}/api/token/teams`, { headers })).status);
      }
      return answers;
    };
    expect(await statuses("203.0.113.7:51234", "203.0.113.7:51235", "203.0.113.8:51234")).toEqual([401, 429, 401]);
    expect(await statuses("[2001:db8::1]:443", '"[2001:db8::1]:444"', "2001:db8::1")).toEqual([401, 429, 429]);
    expect(await statuses("unknown", "198.51.100.1, unknown", "_hidden")).toEqual([401, 429, 429]);
  });

  it("from one IPv6 /64 are one address's", async () => {
    const server = await startServer({ RATE_LIMIT_PER_ADDRESS: "1" });
    expect((await inject(server, "", "2001:db8:1:2::1")).statusCode).toBe(401);
    expect((await inject(server, "", "2001:db8:1:2:ffff::9")).statusCode).toBe(429);
    expect((await inject(server, "", "2001:db8:1:3::1")).statusCode).toBe(401);
  });

  it("do not stop the probes", async () => {
    const server = await startServer({ RATE_LIMIT_PER_ADDRESS: "1" });
    await until(async () => (await fetch(`${server.url}/readyz`)).status === 200);
    for (let i = 0; i < 3; i += 1) expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });
});
