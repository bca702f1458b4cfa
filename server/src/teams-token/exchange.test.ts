// The rule of the service with everything around it in the test's hand: what is asked in which order, and what each answer of
// ACS becomes. What a client sees of it is in test/exchange.test.ts.
import type { FastifyBaseLogger } from "fastify";
import { describe, expect, it } from "vitest";
import type { AcsFailure } from "../acs/failure.ts";
import type { TeamsTokenExchange } from "../acs/identity.ts";
import { createMemoryDenyList } from "../deny-list/deny-list.ts";
import { Problem } from "../problems/problem.ts";
import { createCoalesce } from "../spending/coalesce.ts";
import { type ExchangeOutcome, exchangeTeamsToken } from "./exchange.ts";

const caller = { objectId: "o", tenantId: "t", clientId: "c", roles: [] };
const nowMs = 1_800_000_000_000;
const expiresOn = new Date(nowMs + 3_600_000);
const granted: ExchangeOutcome = { ok: true, value: { token: "acs", expiresOn, msCv: "cv" } };
const opaque = "opaque-reference";

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const claims = {
  aud: "https://auth.msft.communication.azure.com",
  exp: nowMs / 1000 + 3600,
  oid: "o",
  tid: "t",
  appid: "c",
};
const readable = (changes: object = {}) =>
  `${part({ alg: "RS256" })}.${part({ ...claims, scp: "Teams.ManageCalls Teams.ManageChats", ...changes })}.c2ln`;

/** An exchange whose ACS answers as told; `spent` and `asked` are what it cost. */
function setUp(answer: (signal: AbortSignal) => Promise<ExchangeOutcome> = async () => granted, deadlineMs = 60_000) {
  const spent: string[] = [];
  const asked: TeamsTokenExchange[] = [];
  const logged: unknown[][] = [];
  const held = { budgetError: undefined as Problem | undefined };
  const needs = {
    identity: {
      exchangeTeamsToken(exchange: TeamsTokenExchange, signal: AbortSignal) {
        asked.push(exchange);
        return answer(signal);
      },
    },
    denyList: createMemoryDenyList(() => nowMs),
    budget: {
      async take(key: string) {
        if (held.budgetError) throw held.budgetError;
        spent.push(key);
      },
      tryTake: async () => true,
    },
    coalesce: createCoalesce<ExchangeOutcome>(),
    now: () => nowMs,
    deadlineMs,
  };
  const log = { warn: (...line: unknown[]) => void logged.push(line) } as unknown as FastifyBaseLogger;
  const run = (teamsToken = opaque) => exchangeTeamsToken(needs, log, caller, teamsToken);
  return { run, spent, asked, logged, held, denyList: needs.denyList };
}

describe("a granted exchange", () => {
  it.each([
    ["matched", readable()],
    ["opaque", opaque],
  ])("of a token that is %s gives what ACS gave, and says so", async (form, teamsToken) => {
    const { run } = setUp();
    expect(await run(teamsToken)).toEqual({ token: "acs", expiresOn, msCv: "cv", teamsTokenForm: form });
  });

  it("names the caller's own ids to ACS, and costs the caller one call", async () => {
    const { run, asked, spent } = setUp();
    await run();
    expect(asked).toEqual([{ teamsToken: opaque, clientId: "c", userObjectId: "o" }]);
    expect(spent).toEqual(["t:o"]);
  });

  it("is noted with its end, in case the user is denied", async () => {
    const { run, denyList } = setUp();
    await run();
    const subject = { kind: "user", tenantId: "t", objectId: "o" } as const;
    expect(await denyList.lastExpiryMs(subject)).toBe(expiresOn.getTime());
  });

  it("is shared by all who ask for the same meanwhile", async () => {
    const { run, asked } = setUp();
    await Promise.all([run(), run(), run()]);
    expect(asked).toHaveLength(1);
    await run();
    expect(asked).toHaveLength(2);
  });
});

describe("without asking ACS", () => {
  it("refuses a token that can be read and is another's, with the reason for the log", async () => {
    const { run, spent } = setUp();
    const refusal = { problem: "teams-token-other-user", context: { reason: "other-user" } };
    await expect(run(readable({ oid: "x" }))).rejects.toMatchObject(refusal);
    expect(spent).toEqual([]);
  });

  it("judges a token's life by the clock in seconds", async () => {
    const { run } = setUp();
    await expect(run(readable({ exp: nowMs / 1000 }))).rejects.toMatchObject({ problem: "teams-token-expired" });
  });

  it("refuses whoever is denied", async () => {
    const { run, spent, denyList } = setUp();
    await denyList.add({ subject: { kind: "client", clientId: "c" }, addedAtMs: nowMs });
    await expect(run()).rejects.toMatchObject({ problem: "caller-denied" });
    expect(spent).toEqual([]);
  });

  it("refuses where the quota is spent", async () => {
    const { run, asked, held } = setUp();
    held.budgetError = new Problem("quota-exhausted");
    await expect(run()).rejects.toBe(held.budgetError);
    expect(asked).toEqual([]);
  });
});

describe("what ACS says", () => {
  const failures: [string, Omit<AcsFailure, "ok">, string, object][] = [
    [
      "no to the token: 403, and the caller is told ACS's code",
      { reason: "refused", acsCode: "Forbidden", status: 403, msCv: "cv" },
      "teams-token-rejected",
      { body: { acsCode: "Forbidden" } },
    ],
    ["no, without a code", { reason: "refused", status: 403 }, "teams-token-rejected", {}],
    [
      "no to our own key: ours alone, and its code with it",
      { reason: "own-key-refused", acsCode: "Denied", status: 401, msCv: "cv" },
      "server-misconfigured",
      {},
    ],
    [
      "later: 503 with its time",
      { reason: "busy", acsCode: "TooManyRequests", status: 429, retryAfterSeconds: 9 },
      "upstream-busy",
      { headers: { "retry-after": "9" } },
    ],
    ["nothing that makes sense", { reason: "bad-response", status: 200 }, "upstream-bad-response", {}],
  ];
  it.each(failures)("%s", async (_name, failure, problem, more) => {
    const { run, logged } = setUp(async () => ({ ok: false, ...failure }));
    const error = await run().catch((thrown: unknown) => thrown);
    const { reason, acsCode, status, msCv } = failure;
    const facts = { teamsTokenForm: "opaque", acsCode, acsStatus: status, msCv };
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ problem });
    expect((error as Problem).context).toStrictEqual({ reason, facts, ...more });
    expect(logged).toEqual([[{ reason, acsCode, acsStatus: status, msCv }, "teams token not exchanged"]]);
  });

  it("comes too late: its call is ended at the deadline", async () => {
    const untilAborted = (signal: AbortSignal) =>
      new Promise<ExchangeOutcome>((resolve) => {
        signal.addEventListener("abort", () => resolve({ ok: false, reason: "timeout" }));
      });
    await expect(setUp(untilAborted, 1).run()).rejects.toMatchObject({ problem: "upstream-timeout" });
  });
});
