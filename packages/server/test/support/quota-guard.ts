// A quota guard of one instance whose Redis is the test's: it answers as the test says and records the requests.
import type { FastifyBaseLogger } from "fastify";
import { defaultSilenceTimes } from "../../src/quota/local-share.ts";
import { defaultQuotaTimes } from "../../src/quota/quota-guard.ts";
import { createRedisQuotaGuard } from "../../src/quota/redis-quota-guard.ts";
import { type Redis, RedisUnavailable, type Reply } from "../../src/redis/redis.ts";

/** Of these Redis keeps a reserve of 10, and leaves an even share of 95 to each of two instances. */
export const limit = 200;
/** A third of the reserve: what an instance has immediately after it loses Redis, besides its own calls. */
export const reserveShare = 3;

/** What the guard sends with one script; the names of lua/quota.lua. */
interface Question {
  report?: boolean;
  now?: number;
  instance: string;
  epoch: string;
  due?: number;
  last?: string;
  id: string;
  tenant: string;
  share?: number;
  caller: string;
  promise: boolean;
  newEpoch: string;
  expected: number;
  quiet: boolean;
  /** Pairs of id and age. */
  told: readonly string[];
}

/** A Redis that answers as the test says, and records the requests. */
function fakeRedis() {
  const fake = {
    available: true,
    fails: false,
    /** The answer to a report. */
    epoch: "e1",
    stage: "1",
    alive: 2,
    serverMs: 1_000_000,
    /** The answer to a call. */
    decision: ["allowed", 1_000_000] as Reply[],
    /** Answers wait for this. */
    gate: Promise.resolve(),
    keys: new Set<string>(),
    reports: [] as Question[],
    calls: [] as Question[],
    sent: [] as string[][],
    becomesAvailable: () => {},
  };
  const redis: Redis = {
    problem: undefined,
    get available() {
      return fake.available;
    },
    async run(_script, keys, [question = "", ...told]) {
      for (const key of keys) fake.keys.add(key);
      const asked: Question = { ...JSON.parse(question), told };
      (asked.report ? fake.reports : fake.calls).push(asked);
      await fake.gate;
      if (fake.fails) throw new RedisUnavailable("failed");
      return asked.report ? [fake.epoch, fake.serverMs, fake.stage, fake.alive] : fake.decision;
    },
    async send(command) {
      fake.sent.push([...command]);
      if (fake.fails) throw new RedisUnavailable("failed");
      return 1;
    },
    onAvailable(listener) {
      fake.becomesAvailable = listener;
    },
    start: async () => {},
    stop: async () => {},
  };
  return { fake, redis };
}

/** A guard on a clock that stands still, whose rests end when the test says so, unless it is to rest for real. */
export function start({ restsForReal = false } = {}) {
  const { fake, redis } = fakeRedis();
  const clock = { now: 0 };
  const logged: unknown[][] = [];
  const note = (...line: unknown[]) => void logged.push(line);
  /** How long each was to be, how many end immediately, and how the last one ends. */
  const rests = { asked: [] as number[], ending: 0, endOne: () => {} };
  function rest(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => reject(signal.reason));
    rests.endOne = resolve;
    if (rests.asked.push(ms) <= rests.ending) resolve();
    return promise;
  }
  const guard = createRedisQuotaGuard({
    ...{ redis, limit, resource: "acs.example", times: defaultQuotaTimes, silence: defaultSilenceTimes },
    log: { info: note, warn: note } as unknown as FastifyBaseLogger,
    monotonicNow: () => clock.now,
    ...(!restsForReal && { rest }),
  });
  const take = (caller = "caller", reserve = false) => guard.take({ caller, reserve });
  return { fake, guard, clock, logged, rests, take };
}

/** One that Redis decides for, together with one other instance. */
export async function startJoined() {
  const bench = start();
  await bench.guard.report();
  return bench;
}

/** How many calls newcomers get in a row. */
export async function spend({ take }: Pick<ReturnType<typeof start>, "take">, most = 1_000): Promise<number> {
  for (let calls = 0; calls < most; calls += 1) if (!(await take(`c${calls}`)).allowed) return calls;
  return most;
}
