// The rule of the service against the emulator's ACS: what is asked in which order, and what each answer becomes. What a
// client sees of it is in test/exchange.test.ts.
import type { Fault } from "@teams-token-exchange/emulator";
import type { FastifyBaseLogger } from "fastify";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  caller,
  emulator,
  exchangeContext,
  expiresOn,
  nowMs,
  operation,
  teamsTokenOf,
} from "../../test/support/exchange.ts";
import { Problem } from "../problems/problem.ts";
import { exchangeTeamsToken } from "./exchange.ts";

const opaque = "opaque-reference";
const { tenantId, objectId, clientId } = caller;
const soon = { interval: 1 };
const callsOfAcs = () => emulator.requestCount(operation);
const play = (fault: Fault): void => emulator.addFault({ operation, fault });
const answer = (status: number, document?: object, headers: Record<string, string> = {}): Fault => ({
  kind: "status",
  status,
  headers,
  ...(document && { body: { json: document } }),
});
const refusal = (status: number, code: string, headers?: Record<string, string>) =>
  answer(status, { error: { code, message: "x" } }, headers);

/** An exchange of ada's, and what it logs. */
function setUp(limits?: Parameters<typeof exchangeContext>[0]) {
  const { needs, tenant, spent } = exchangeContext(limits);
  const logged: unknown[][] = [];
  const log = { warn: (...line: unknown[]) => void logged.push(line) } as unknown as FastifyBaseLogger;
  const run = (teamsToken: string) => exchangeTeamsToken(needs, { log, caller, tenant }, teamsToken);
  return { run, spent, logged, denyList: needs.denyList };
}

describe("a granted exchange", () => {
  it("of a token that can be read gives what ACS gave, and says that it matched", async () => {
    const { run } = setUp();
    const granted = await run(await teamsTokenOf());
    const { token } = granted;
    const msCv = expect.stringMatching(/\.0$/);
    expect(granted).toEqual({ token, expiresOn, msCv, facts: { msCv, teamsTokenForm: "matched" } });
    expect(emulator.inspectAcsToken(token)).toEqual({ active: true });
  });

  it("of a token that only ACS can read says so", async () => {
    const { run } = setUp();
    play(answer(200, { token: "acs-token", expiresOn }, { "ms-cv": "abc.1" }));
    const facts = { msCv: "abc.1", teamsTokenForm: "opaque" };
    expect(await run(opaque)).toEqual({ token: "acs-token", expiresOn, msCv: "abc.1", facts });
  });

  it("names the caller's own ids to ACS, and costs the caller one call", async () => {
    const { run, spent } = setUp();
    await run(await teamsTokenOf());
    const client = emulator.registration("spa").displayName;
    expect(emulator.requests).toMatchObject([{ operation, status: 200, asked: `ada with ${client}` }]);
    expect(spent).toEqual([`${tenantId}:${objectId}`]);
  });

  it("is noted with its end, in case the user is denied", async () => {
    const { run, denyList } = setUp();
    await run(await teamsTokenOf());
    const tokens = await denyList.issued.of({ kind: "user", tenantId, objectId });
    expect(tokens).toMatchObject({ underWay: 0, latestMs: expiresOn.getTime(), revocable: [] });
  });

  it("is shared by all callers who ask for the same meanwhile", async () => {
    const { run } = setUp();
    const teamsToken = await teamsTokenOf();
    await Promise.all([run(teamsToken), run(teamsToken), run(teamsToken)]);
    expect(callsOfAcs()).toBe(1);
    await run(teamsToken);
    expect(callsOfAcs()).toBe(2);
  });
});

describe("without asking ACS", () => {
  it("refuses a token that can be read and is another's, with the reason for the log", async () => {
    const { run, spent } = setUp();
    const otherUser = { problem: "teams-token-other-user", context: { reason: "other-user" } };
    await expect(run(await teamsTokenOf("bruno"))).rejects.toMatchObject(otherUser);
    expect([callsOfAcs(), spent]).toEqual([0, []]);
  });

  it("judges a token's life by the clock in seconds", async () => {
    const { run, spent } = setUp();
    const expired = await teamsTokenOf("ada", { exp: nowMs / 1000 });
    await expect(run(expired)).rejects.toMatchObject({ problem: "teams-token-expired" });
    expect([callsOfAcs(), spent]).toEqual([0, []]);
  });

  it("refuses a denied caller", async () => {
    const { run, spent, denyList } = setUp();
    await denyList.add({ subject: { kind: "client", clientId }, addedAtMs: nowMs });
    await expect(run(await teamsTokenOf())).rejects.toMatchObject({ problem: "caller-denied" });
    expect([callsOfAcs(), spent]).toEqual([0, []]);
  });

  it("refuses if the quota is used up", async () => {
    const { run } = setUp({ calls: 1 });
    const teamsToken = await teamsTokenOf();
    await run(teamsToken);
    await expect(run(teamsToken)).rejects.toMatchObject({ problem: "quota-exhausted" });
    expect(callsOfAcs()).toBe(1);
  });
});

describe("what ACS says", () => {
  const cv = { "ms-cv": "abc.1" };
  it.each<[string, Fault, object, string, object]>([
    [
      "no to the token: 403 with ACS's code in the response",
      refusal(403, "Forbidden", cv),
      { reason: "refused", acsCode: "Forbidden", acsStatus: 403, msCv: "abc.1" },
      "teams-token-rejected",
      { body: { acsCode: "Forbidden" } },
    ],
    ["no, without a code", answer(403), { reason: "refused", acsStatus: 403 }, "teams-token-rejected", {}],
    [
      "no to our own key: a problem of the server, without ACS's code in the response",
      refusal(401, "Denied", cv),
      { reason: "own-key-refused", acsCode: "Denied", acsStatus: 401, msCv: "abc.1" },
      "server-misconfigured",
      {},
    ],
    [
      "later: 503 with its time",
      refusal(429, "TooManyRequests", { "retry-after": "9" }),
      { reason: "busy", acsCode: "TooManyRequests", acsStatus: 429 },
      "upstream-busy",
      { headers: { "retry-after": "9" } },
    ],
    [
      "nothing that makes sense",
      answer(200, {}),
      { reason: "bad-response", acsStatus: 200 },
      "upstream-bad-response",
      {},
    ],
  ])("%s", async (_name, fault, said, problem, more) => {
    const { run, logged } = setUp();
    play(fault);
    const error = await run(opaque).catch((thrown: unknown) => thrown);
    const unknown = { resource: undefined, acsCode: undefined, msCv: undefined };
    const { reason, ...facts } = { ...unknown, ...said } as Record<string, unknown>;
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ problem });
    const context = { reason, facts: { teamsTokenForm: "opaque", ...facts }, ...more };
    expect((error as Problem).context).toStrictEqual(context);
    const advice =
      reason === "own-key-refused" ? /^teams token not exchanged. ACS refuses the access key/ : /exchanged$/;
    expect(logged).toEqual([[{ reason, ...facts }, expect.stringMatching(advice)]]);
  });

  it("comes too late: its call is ended at the deadline", async () => {
    // Only of the timers: the sockets use real time.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { run } = setUp({ deadlineMs: 60_000 });
    play({ kind: "hang" });
    const givesUp = expect(run(opaque)).rejects.toMatchObject({ problem: "upstream-timeout" });
    await expect.poll(callsOfAcs, soon).toBe(1);
    vi.advanceTimersByTime(60_000);
    await givesUp;
    await expect.poll(() => emulator.requests, soon).toMatchObject([{ fault: "hang", abandoned: true }]);
  });
});
