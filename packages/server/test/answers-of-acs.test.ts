// What a client sees for every answer that ACS can give, and for no answer.
import { describe, expect, it } from "vitest";
import { exchange, exchangesAsked, issue, issueBoth, startServer } from "./support/world.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";

describe("passes on what ACS says", () => {
  it("of an opaque Teams token: ACS is its judge", async () => {
    const server = await startServer();
    const answer = await exchange(server, await issue(server, "api"), "opaque.token-of-the-future");
    expect(answer).toMatchObject({
      status: 403,
      problem: "teams-token-rejected",
      body: { acsCode: "InvalidAccessToken" },
    });
    expect(exchangesAsked(server)).toBe(1);
  });

  it("of a user without a Teams licence", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server, { user: "chen" });
    const answer = await exchange(server, callerToken, teamsToken);
    expect(answer).toMatchObject({
      status: 403,
      problem: "teams-token-rejected",
      body: { acsCode: expect.any(String) },
    });
    expect((answer.body as { detail: string }).detail).toContain("license");
  });

  const json = (body: unknown) => ({ body: { json: body }, headers: { "content-type": "application/json" } });
  const error = (code: string) => json({ error: { code, message: "secret text of the upstream" } });
  type AcsFault = { status: number; headers?: Record<string, string>; body?: string | { json: unknown } };
  const answers: [string, AcsFault, number, string, Record<string, string>?][] = [
    ["401 Denied: our own key", { status: 401, ...error("Denied") }, 500, "server-misconfigured"],
    ["401 without a body: our own key", { status: 401 }, 500, "server-misconfigured"],
    ["401 about the token", { status: 401, ...error("InvalidAccessToken") }, 403, "teams-token-rejected"],
    ["400 about the token", { status: 400, ...error("ValidationError") }, 403, "teams-token-rejected"],
    ["400 about the api-version", { status: 400, ...error("UnsupportedApiVersion") }, 502, "upstream-bad-response"],
    ["403 of any code", { status: 403, ...error("Forbidden") }, 403, "teams-token-rejected"],
    ["404", { status: 404 }, 502, "upstream-bad-response"],
    ["409", { status: 409 }, 502, "upstream-bad-response"],
    [
      "429 with Retry-After",
      { status: 429, headers: { "retry-after": "2" } },
      503,
      "upstream-busy",
      { "retry-after": "2" },
    ],
    ["429 without Retry-After", { status: 429 }, 503, "upstream-busy", { "retry-after": "5" }],
    [
      "429 with an endless Retry-After",
      { status: 429, headers: { "retry-after": "999999" } },
      503,
      "upstream-busy",
      { "retry-after": "60" },
    ],
    ["503", { status: 503, headers: { "retry-after": "7" } }, 503, "upstream-busy", { "retry-after": "7" }],
    ["204", { status: 204 }, 502, "upstream-bad-response"],
    ["an empty 200", { status: 200 }, 502, "upstream-bad-response"],
    [
      "a 200 that is a page",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>hello</html>" },
      502,
      "upstream-bad-response",
    ],
    [
      "a 200 with broken JSON",
      { status: 200, headers: { "content-type": "application/json" }, body: "{" },
      502,
      "upstream-bad-response",
    ],
    [
      "a 200 without a token",
      { status: 200, ...json({ expiresOn: "2099-01-01T00:00:00Z" }) },
      502,
      "upstream-bad-response",
    ],
    [
      "a 200 whose token is a number",
      { status: 200, ...json({ token: 5, expiresOn: "2099-01-01T00:00:00Z" }) },
      502,
      "upstream-bad-response",
    ],
    [
      "a 200 whose token has expired",
      { status: 200, ...json({ token: "x", expiresOn: "2020-01-01T00:00:00Z" }) },
      502,
      "upstream-bad-response",
    ],
    [
      "a 200 that expires in an age",
      { status: 200, ...json({ token: "x", expiresOn: "2099-01-01T00:00:00Z" }) },
      502,
      "upstream-bad-response",
    ],
    ["a 200 without an expiry", { status: 200, ...json({ token: "x" }) }, 502, "upstream-bad-response"],
    [
      "a 200 with an unreadable expiry",
      { status: 200, ...json({ token: "x", expiresOn: "soon" }) },
      502,
      "upstream-bad-response",
    ],
  ];
  it.each(answers)("%s", async (_name, fault, status, problem, headers = {}) => {
    const server = await startServer();
    server.emulator.addFault({ operation, fault: { kind: "status", ...fault } });
    const { callerToken, teamsToken } = await issueBoth(server);
    const answer = await exchange(server, callerToken, teamsToken);
    expect(answer).toMatchObject({ status, problem });
    expect(Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers.get(name)]))).toEqual(headers);
    expect(JSON.stringify(answer.body)).not.toContain("secret text");
    expect(exchangesAsked(server)).toBe(1);
  });

  it.each([307, 302, 303])("a redirect with %i: never followed", async (status) => {
    const server = await startServer();
    const location = `${server.emulator.origin}/emulator/elsewhere`;
    server.emulator.addFault({ operation, fault: { kind: "status", status, headers: { location } } });
    const { callerToken, teamsToken } = await issueBoth(server);
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({
      status: 502,
      problem: "upstream-bad-response",
    });
    expect(server.emulator.requests.filter(({ path }) => path.includes("elsewhere"))).toEqual([]);
  });

  it.each([
    ["a reset before the headers", { kind: "reset", when: "beforeHeaders" }, 502, "upstream-unavailable"],
    ["a reset in the body", { kind: "reset", when: "midBody" }, 502, "upstream-bad-response"],
    ["a body that is cut off", { kind: "truncatedBody" }, 502, "upstream-bad-response"],
    ["no byte at all", { kind: "hang" }, 504, "upstream-timeout"],
    ["headers and no body", { kind: "hangAfterHeaders" }, 504, "upstream-timeout"],
    ["a body that drips", { kind: "slowDrip", part: "body", millisecondsPerByte: 1000 }, 504, "upstream-timeout"],
    ["headers that drip", { kind: "slowDrip", part: "headers", millisecondsPerByte: 1000 }, 504, "upstream-timeout"],
  ] as const)("%s", async (_name, fault, status, problem) => {
    const server = await startServer({}, { exchangeDeadlineMs: 500 });
    server.emulator.addFault({ operation, fault });
    const { callerToken, teamsToken } = await issueBoth(server);
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({ status, problem });
  });
});
