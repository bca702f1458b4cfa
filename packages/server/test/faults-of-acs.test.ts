// What callers see when ACS misbehaves. The names begin with the ids of the fault catalogue (test/docs/requirements.ts).
import { gzipSync } from "node:zlib";
import { type Fault, startEmulator } from "@teams-token-exchange/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { exchange, exchangesAsked, issue, issueBoth, logLines, startServer, type TestServer } from "./support/world.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";

/** One exchange with this fault in the way, and how long it took in milliseconds. */
async function exchangeWith(fault: Fault, times?: number, deadlineMs = 10_000) {
  const server = await startServer({}, { exchangeDeadlineMs: deadlineMs });
  server.emulator.addFault({ operation, fault, ...(times !== undefined && { times }) });
  const { callerToken, teamsToken } = await issueBoth(server);
  return { server, answer: await exchange(server, callerToken, teamsToken), callerToken, teamsToken };
}

/** A 200 with this body, as bytes on the wire. */
const json = (body: string, extraHeaders = ""): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${extraHeaders}Content-Length: ${body.length}\r\n\r\n${body}`;

/** The body of a successful exchange. */
const goodBody = JSON.stringify({ token: "acs-token", expiresOn: new Date(Date.now() + 3_600_000).toISOString() });

/** An exchange that ACS answers with exactly these bytes, leaving the connection open. */
async function exchangeAnswered(bytes: (Fault & { kind: "raw" })["bytes"], deadlineMs = 10_000) {
  return (await exchangeWith({ kind: "raw", bytes, ending: "open" }, undefined, deadlineMs)).answer;
}

/** The exchanges in ACS's log. */
const exchangesOf = ({ emulator }: TestServer) =>
  emulator.requests.filter((request) => request.operation === operation);

const unavailable = { status: 502, problem: "upstream-unavailable" };
const badResponse = { status: 502, problem: "upstream-bad-response" };
const timedOut = { status: 504, problem: "upstream-timeout" };

describe("the way to ACS", () => {
  it("connection refused: 502 after one more try", async () => {
    // acs-01
    const server = await startServer({
      ACS_CONNECTION_STRING: `endpoint=http://127.0.0.1:9;accesskey=${"A".repeat(44)}`,
    });
    const { callerToken, teamsToken } = await issueBoth(server);
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject(unavailable);
  });

  it("connection accepted, then silence: 504 at the deadline", async () => {
    // acs-11
    expect((await exchangeWith({ kind: "hang" }, undefined, 300)).answer).toMatchObject(timedOut);
  });

  it("headers, then silence: 504 at the deadline", async () => {
    // acs-12
    expect((await exchangeWith({ kind: "hangAfterHeaders" }, undefined, 300)).answer).toMatchObject(timedOut);
  });

  it.each(["body", "headers"] as const)(
    "a dripping %s: 504, and the socket is destroyed", // acs-13, acs-14
    async (part) => {
      const { server, answer } = await exchangeWith(
        { kind: "slowDrip", part, millisecondsPerByte: 20 },
        undefined,
        400,
      );
      expect(answer).toMatchObject(timedOut);
      await expect.poll(() => exchangesOf(server)).toMatchObject([{ abandoned: true }]);
    },
  );

  it("a reset before the headers: one more try, unseen by the caller", async () => {
    // acs-15
    const { server, answer } = await exchangeWith({ kind: "reset", when: "beforeHeaders" }, 1);
    expect(answer.status).toBe(200);
    expect(exchangesAsked(server)).toBe(2);
  });

  it("two resets: 502", async () => {
    // acs-15
    const { server, answer } = await exchangeWith({ kind: "reset", when: "beforeHeaders" });
    expect(answer).toMatchObject(unavailable);
    expect(exchangesAsked(server)).toBe(2);
  });

  it("a kept-alive connection that ACS closed: unseen by the caller", async () => {
    // acs-46
    const { server, answer, callerToken, teamsToken } = await exchangeWith({ kind: "closeAfterAnswer" });
    expect(answer.status).toBe(200);
    for (let i = 0; i < 5; i += 1) expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });
});

describe("an answer of ACS", () => {
  it.each([
    ["reset in the body", { kind: "reset", when: "midBody" }], // acs-16
    ["cut off before its announced end", { kind: "truncatedBody", framing: "contentLength" }], // acs-17
    ["cut off between chunks", { kind: "truncatedBody", framing: "chunked" }], // acs-18
  ] as const)("%s: 502, not repeated", async (_name, fault) => {
    const { server, answer } = await exchangeWith(fault);
    expect(answer).toMatchObject(badResponse);
    expect(exchangesAsked(server)).toBe(1);
  });

  it("shorter than it says: 504 at the deadline", async () => {
    // acs-19
    expect(await exchangeAnswered(json(goodBody).replace(/Length: \d+/, "Length: 5000"), 300)).toMatchObject(timedOut);
  });

  it("of 100 MB: 502, and hardly any of it is read", async () => {
    // acs-20
    const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    const chunks = { text: `10000\r\n${"x".repeat(65_536)}\r\n`, repeat: 1_526 };
    const { server, answer } = await exchangeWith({ kind: "raw", bytes: [head, chunks], ending: "open" });
    expect(answer).toMatchObject(badResponse);
    await expect.poll(() => exchangesOf(server)).toMatchObject([{ abandoned: true }]);
    // What the kernel buffers between the two sockets counts as sent.
    expect(exchangesOf(server)[0]?.sentBytes).toBeLessThan(20_000_000);
  });

  it("that is a gzip bomb: 502, never unpacked", async () => {
    // acs-21
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`;
    expect(await exchangeAnswered([head, bomb])).toMatchObject(badResponse);
  });

  /** An exchange that ACS answers with a token whose claim `skypeid` is this. */
  async function exchangeFor(skypeidOf: (oids: { own: string; other: string }) => unknown) {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const oids = { own: server.emulator.user("ada").oid, other: server.emulator.user("bruno").oid };
    const claims = Buffer.from(JSON.stringify({ skypeid: skypeidOf(oids) })).toString("base64url");
    const body = { json: { token: `e30.${claims}.x`, expiresOn: new Date(Date.now() + 3_600_000).toISOString() } };
    const headers = { "content-type": "application/json" };
    server.emulator.addFault({ operation, fault: { kind: "status", status: 200, headers, body } });
    logLines.splice(0);
    const answer = await exchange(server, callerToken, teamsToken);
    return { server, answer, again: () => exchange(server, callerToken, teamsToken) };
  }
  const warnings = () => logLines.filter((line) => line.includes("ACS tokens have a form"));

  // acs-28
  it.each(["orgid:", "8:orgid:", "dod:", "8:gcch:", "ORGID:"])("with another user's token, %s: 502", async (prefix) => {
    const { answer } = await exchangeFor(({ other }) => prefix + other);
    expect(answer).toMatchObject(badResponse);
  });

  it.each(["orgid:", "8:orgid:", "8:dod:", "gcch:"])("with the user's own token, %s: 200", async (prefix) => {
    const { answer } = await exchangeFor(({ own }) => prefix + own.toUpperCase());
    expect(answer.status).toBe(200);
    expect(warnings()).toEqual([]);
  });

  it.each([
    ["an unknown prefix", ({ other }: { other: string }) => `cloud:${other}`],
    ["no ID behind a known prefix", () => "orgid:ada"],
    ["the form of an ACS user", () => "acs:5c0ffee0_0000"],
    ["a number", () => 5],
    ["nothing", () => undefined],
  ])("with a token that does not say in a known form whose it is, %s: 200 and one warning", async (_what, skypeid) => {
    const { answer, again } = await exchangeFor(skypeid);
    expect([answer.status, (await again()).status]).toEqual([200, 200]);
    expect(warnings()).toHaveLength(1);
  });

  it("that redirects to another host: 502, and that host is never called", async () => {
    // acs-30
    const elsewhere = await startEmulator();
    onTestFinished(() => elsewhere.close());
    const target = elsewhere.origin;
    for (const status of ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"]) {
      const answer = await exchangeAnswered(`HTTP/1.1 ${status}\r\nLocation: ${target}/\r\nContent-Length: 0\r\n\r\n`);
      expect(answer).toMatchObject(badResponse);
    }
    expect(elsewhere.connections.http.accepted).toBe(0);
  });

  it("after 103 Early Hints: 200; after an unasked 100 Continue: 200 or 502", async () => {
    // acs-47
    const hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    expect((await exchangeAnswered(hints + json(goodBody))).status).toBe(200);
    const asked = await exchangeAnswered(`HTTP/1.1 100 Continue\r\n\r\n${json(goodBody)}`);
    expect([200, 502]).toContain(asked.status);
  });

  it.each([
    ["with a folded header", json(goodBody, "X-Folded: a\r\n b\r\n")],
    ["with a control character in a header", json(goodBody, "X-Odd: a\u0001b\r\n")],
    ["with two lengths that differ", json(goodBody, "Content-Length: 3\r\n")],
    ["that is not HTTP", "hello\r\n\r\n"],
  ])("%s: 502", async (_name, bytes) => {
    // acs-48
    expect(await exchangeAnswered(bytes)).toMatchObject({ status: 502 });
  });

  it("with a header of 1 MB: 502", async () => {
    // acs-49
    expect(await exchangeAnswered(json(goodBody, `X-Large: ${"x".repeat(1_000_000)}\r\n`))).toMatchObject(badResponse);
  });
});

describe("ACS in trouble", () => {
  it("one 500: 200 after one more try", async () => {
    // acs-40
    const { server, answer } = await exchangeWith({ kind: "status", status: 500 }, 1);
    expect(answer.status).toBe(200);
    expect(exchangesAsked(server)).toBe(2);
  });

  it("nothing but 500 for several users: 502, and soon without asking any more", async () => {
    // acs-41
    const server = await startServer();
    server.emulator.addFault({ operation, fault: { kind: "status", status: 500 } });
    const users = ["ada", "bruno", "chen"];
    const callerTokens = await Promise.all(users.map((user) => issue(server, "api", { user })));
    const ask = async (i: number) => {
      const user = users[i % users.length] ?? "";
      return exchange(server, callerTokens[i % users.length] ?? "", await issue(server, "teams", { user }));
    };
    for (let i = 0; i < 41; i += 1) expect(await ask(i)).toMatchObject(unavailable);
    const asked = exchangesAsked(server);
    expect(asked).toBeLessThanOrEqual(27);
    expect((await ask(0)).headers.get("retry-after")).toBe("5");
    expect(exchangesAsked(server)).toBe(asked);
  });

  it.each([500, 404])("nothing but %i for one user's token: others still get theirs", async (status) => {
    const server = await startServer();
    const callerToken = await issue(server, "api");
    server.emulator.addFault({ operation, fault: { kind: "status", status } });
    for (let i = 0; i < 41; i += 1) {
      expect((await exchange(server, callerToken, await issue(server, "teams"))).status).toBe(502);
    }
    server.emulator.clearFaults();
    const other = await issueBoth(server, { user: "bruno" });
    expect((await exchange(server, other.callerToken, other.teamsToken)).status).toBe(200);
  });

  it("nothing but an unexpected 4xx for several users: ACS works, so it is asked every time", async () => {
    const server = await startServer();
    server.emulator.addFault({ operation, fault: { kind: "status", status: 404 } });
    for (const user of ["ada", "bruno", "chen"]) {
      const callerToken = await issue(server, "api", { user });
      for (let i = 0; i < 10; i += 1) await exchange(server, callerToken, await issue(server, "teams", { user }));
    }
    expect(exchangesAsked(server)).toBe(30);
  });

  it("half of all calls failing: at most 10% more calls, and no open breaker", async () => {
    // acs-43
    const server = await startServer({ RATE_LIMIT_PER_CALLER: "0", ACS_EXCHANGES_PER_30S: "0" });
    const callerToken = await issue(server, "api");
    const calls = 200;
    let succeeded = 0;
    for (let i = 0; i < calls; i += 1) {
      if (i % 2 === 0) server.emulator.addFault({ operation, fault: { kind: "status", status: 500 }, times: 1 });
      const { status } = await exchange(server, callerToken, await issue(server, "teams"));
      if (status === 200) succeeded += 1;
      server.emulator.clearFaults();
    }
    expect(succeeded).toBeGreaterThanOrEqual(calls / 2);
    expect(exchangesAsked(server)).toBeGreaterThanOrEqual(calls);
    expect(exchangesAsked(server)).toBeLessThanOrEqual(calls * 1.1);
  });

  it.each([429, 503])(
    "%i with Retry-After: passed on, and no call to ACS until then", // acs-36, acs-42
    async (status) => {
      const fault = { kind: "status", status, headers: { "retry-after": "30" } } as const;
      const { server, answer, callerToken } = await exchangeWith(fault, 1);
      expect(answer).toMatchObject({ status: 503, problem: "upstream-busy" });
      expect(answer.headers.get("retry-after")).toBe("30");
      const next = await exchange(server, callerToken, await issue(server, "teams"));
      expect(next).toMatchObject({ status: 503, problem: "upstream-busy" });
      expect(Number(next.headers.get("retry-after"))).toBeGreaterThanOrEqual(29);
      expect(exchangesAsked(server)).toBe(1);
    },
  );

  it("too many calls in flight: further ones are refused, and all recovers", async () => {
    // acs-44, acs-45
    const server = await startServer({ RATE_LIMIT_PER_CALLER: "0", ACS_EXCHANGES_PER_30S: "0" });
    const callerToken = await issue(server, "api");
    const tokens = await Promise.all(Array.from({ length: 120 }, () => issue(server, "teams")));
    server.emulator.addFault({ operation, fault: { kind: "delay", milliseconds: 1500 } });
    const answers = await Promise.all(tokens.map((teamsToken) => exchange(server, callerToken, teamsToken)));
    const refused = answers.filter(({ problem }) => problem === "overloaded");
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(refused).toHaveLength(20);
    expect(refused.every(({ status, headers }) => status === 503 && headers.get("retry-after") === "1")).toBe(true);
    server.emulator.clearFaults();
    expect((await exchange(server, callerToken, await issue(server, "teams"))).status).toBe(200);
  });
});
