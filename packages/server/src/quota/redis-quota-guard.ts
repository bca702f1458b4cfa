// The quota guard of many instances: Redis decides while it can, the local share of this instance decides while it cannot.
// Going back is as careful as leaving: only after every instance that was there has told Redis which calls it made meanwhile.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import { type Redis, RedisUnavailable, type Reply } from "../redis/redis.ts";
import { type LocalSituation, localCapacity, reserveOf, type SilenceTimes } from "./local-share.ts";
import {
  allowed,
  later,
  type QuotaDecision,
  type QuotaGuard,
  type QuotaRequest,
  type QuotaTimes,
} from "./quota-guard.ts";
import { QuotaWindow } from "./quota-window.ts";
import { quotaNumbers } from "./waiting-callers.ts";

/** The rule as a script for Redis. The bundle of the program has its text in place of this line. */
const script = readFileSync(new URL("../../lua/quota.lua", import.meta.url), "utf8");

export interface RedisQuotaGuardOptions {
  redis: Redis;
  /** Names the limit in Redis: instances that share an ACS resource share it. */
  resource: string;
  /** Calls in any window, of all instances together. */
  limit: number;
  times: QuotaTimes;
  silence: SilenceTimes;
  /** A clock that never jumps, in milliseconds. */
  monotonicNow: () => number;
  log: FastifyBaseLogger;
  /** Redis's clock in milliseconds; only tests replace it. */
  serverNow?: () => number;
  /** Resolves after so many milliseconds, or rejects when the signal aborts; only tests replace it. */
  rest?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A guard with a life: it reports to Redis until it is stopped. */
export interface RedisQuotaGuard extends QuotaGuard {
  /** Reports once, so that the first request finds this instance joined, and then every second. */
  start(): Promise<void>;
  /** One report; the timer's work, exposed for tests with a frozen clock. */
  report(): Promise<void>;
  /** Signs off, so that the other instances get this one's share immediately. */
  stop(): Promise<void>;
  /** Whether Redis decides now. */
  readonly shared: boolean;
}

/** A call that this instance made. */
interface OwnCall {
  readonly id: string;
  readonly atMs: number;
  /** Allowed by Redis, not by the local share. */
  readonly byRedis: boolean;
  /** Redis probably has it. */
  told: boolean;
}

const reportEveryMs = 1_000;
const rejoinEveryMs = 100;
/** So long the rule is not asked of a Redis that refuses it. */
const afterRefusalMs = 30_000;

/** Keeps all instances together within the limit. */
export function createRedisQuotaGuard(needs: RedisQuotaGuardOptions): RedisQuotaGuard {
  const { redis, limit, times, silence, log, rest = (ms, signal) => pause(ms, undefined, { signal }) } = needs;
  const { windowMs } = times;
  const nowMs = () => Math.ceil(needs.monotonicNow());
  const instance = randomUUID();
  // All keys of the script are in one hash slot.
  const key = (name: string) => `tte:{${needs.resource}}:${name}`;
  const keys = ["calls", "instances", "state"].map(key);
  const local = new QuotaWindow(limit, times);

  let ownCalls: OwnCall[] = [];
  let epoch = "";
  /** Redis's clock and ours at the same moment. */
  let clocks: { serverMs: number; ownMs: number } | undefined;
  let instances: number | undefined;
  /** Set while Redis does not decide. */
  let away: LocalSituation | undefined = { instances: undefined, sinceMs: nowMs(), ownCalls: 0 };
  /** While it tells Redis its calls it allows none on its own, so that there are none that Redis does not hear of. */
  let isQuiet = false;
  let wasAskedToBeQuiet = false;
  let reporting: Promise<void> | undefined;
  let refusedUntilMs = Number.NEGATIVE_INFINITY;
  const stopped = new AbortController();

  async function run(question: object, moreKeys: readonly string[], more: readonly (string | number)[] = []) {
    const common = {
      ...{ instance, epoch, limit, reserve: reserveOf(limit), now: needs.serverNow?.() },
      ...{ window: windowMs, hold: times.holdMs, maxWait: times.maxWaitMs },
      ...{ missingAfter: silence.missingAfterMs, withhold: silence.withholdMs, forgetAfter: silence.forgetAfterMs },
      due: clocks && clocks.serverMs + nowMs() - clocks.ownMs,
    };
    const asked = JSON.stringify({ ...common, ...question });
    const values = [asked, ...more.map(String)];
    const reply = (await redis.run(script, [...keys, ...moreKeys], values).catch((error: unknown) => {
      if (error instanceof RedisUnavailable && error.isRefusal) refusedUntilMs = nowMs() + afterRefusalMs;
      throw error;
    })) as Reply[];
    clocks = { serverMs: Number(reply[1]), ownMs: nowMs() };
    return reply;
  }

  /** Own calls that count now; those that do not are forgotten. */
  function countedCalls(): OwnCall[] {
    const oldest = nowMs() - windowMs;
    ownCalls = ownCalls.filter((call) => call.atMs > oldest);
    return ownCalls;
  }

  function remember(id: string, byRedis: boolean): void {
    const atMs = nowMs();
    ownCalls = [...countedCalls(), { id, atMs, byRedis, told: byRedis }];
    if (byRedis) local.record(atMs);
  }

  function leave(why: string): void {
    const sinceMs = nowMs();
    // The others may be counting on this instance's silence by now: it starts again with what is certainly its own.
    if (wasAskedToBeQuiet) away = { instances, sinceMs, ownCalls: 0 };
    isQuiet = false;
    wasAskedToBeQuiet = false;
    if (away) return;
    const stillCounts = sinceMs + silence.missingAfterMs - windowMs;
    const own = ownCalls.filter((call) => call.byRedis && call.atMs > stillCounts).length;
    away = { instances, sinceMs, ownCalls: own };
    log.warn({ why, instances }, "quota guard on its local share");
    void report();
  }

  /** Answers within the time limit of a command, undefined where Redis did not decide. */
  async function ask({ tenant = "", share, caller, reserve }: QuotaRequest): Promise<QuotaDecision | undefined> {
    const id = randomUUID();
    const last = ownCalls.findLast((call) => call.told);
    // A second less than the window, because the clocks are compared over the network.
    const lastId = last && last.atMs > nowMs() - windowMs + 1_000 ? last.id : undefined;
    const question = { ...quotaNumbers, last: lastId, id, tenant, share, caller, promise: reserve };
    // What is lost with the state is not compared with it, so these keys are of one epoch.
    const ofCall = ["tenants", `calls:${tenant}`, `places:${tenant}`, `calls:${tenant}:${caller}`];
    const moreKeys = ofCall.map((name) => key(`${epoch}:${name}`));
    const [decision, , waitMs, reserved] = await run(question, moreKeys);
    if (decision === "rejoin") return undefined;
    if (decision === "later") return later(Number(waitMs), reserved === 1);
    remember(id, true);
    return allowed;
  }

  async function take(request: QuotaRequest): Promise<QuotaDecision> {
    // Twice, because a state that was lost is often whole again as soon as this instance has told its calls.
    for (let attempt = 0; attempt < 2 && !away; attempt += 1) {
      const decision = await ask(request).catch(() => undefined);
      if (decision) return decision;
      leave(redis.available ? "state lost" : "redis unavailable");
      await reporting;
    }
    if (isQuiet || !away) return later(rejoinEveryMs, false);
    const decision = local.take(request, localCapacity(limit, windowMs, silence, away, nowMs()), nowMs());
    if (decision.allowed) remember(randomUUID(), false);
    return decision;
  }

  async function tell(): Promise<void> {
    isQuiet = true;
    const nowAtMs = nowMs();
    const untold = countedCalls().filter((call) => !call.told);
    const calls = untold.flatMap(({ id, atMs }) => [id, nowAtMs - atMs]);
    const question = { report: true, newEpoch: randomUUID(), expected: instances ?? 1, quiet: wasAskedToBeQuiet };
    const [toldEpoch, , stage, alive] = await run(question, [], calls);
    if (toldEpoch !== epoch) return tellAll(String(toldEpoch));
    for (const call of untold) call.told = true;
    if (stage === "1") return join(Number(alive));
    return stage === "quiet" ? beQuiet() : leave("state lost");
  }

  /** The state is new and knows none of our calls, so this reports all of them. */
  function tellAll(newEpoch: string): Promise<void> {
    epoch = newEpoch;
    for (const call of ownCalls) call.told = false;
    leave("state lost");
    return tell();
  }

  async function beQuiet(): Promise<void> {
    const isNew = !wasAskedToBeQuiet;
    leave("state lost");
    isQuiet = true;
    wasAskedToBeQuiet = true;
    if (isNew) await tell();
  }

  function join(alive: number): void {
    instances = Math.max(alive, 1);
    if (away) log.info({ instances }, "quota guard shared through redis");
    away = undefined;
    wasAskedToBeQuiet = false;
  }

  async function report(): Promise<void> {
    if (!redis.available || nowMs() < refusedUntilMs) return leave("redis unavailable");
    reporting ??= tell()
      .catch(() => leave("redis unavailable"))
      .finally(() => {
        reporting = undefined;
      });
    return reporting;
  }

  const restUnlessStopped = (ms: number) => rest(ms, stopped.signal).catch(() => {});

  async function keepReporting(): Promise<void> {
    for (;;) {
      await restUnlessStopped(away && redis.available ? rejoinEveryMs : reportEveryMs);
      if (stopped.signal.aborted) return;
      await report();
    }
  }

  return {
    take,
    report,
    async start() {
      redis.onAvailable(() => void report());
      // A machine that is starting is a busy one.
      for (let attempt = 0; attempt < 10 && away && redis.available; attempt += 1) {
        await report();
        if (away) await restUnlessStopped(rejoinEveryMs);
      }
      void keepReporting();
    },
    async stop() {
      stopped.abort();
      if (!away) await redis.send(["ZREM", key("instances"), instance]).catch(() => {});
    },
    get shared() {
      return away === undefined;
    },
  };
}
