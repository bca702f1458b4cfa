// Redis as the rest of the server uses it. A command that is not answered in time is given up. While Redis is down, slow or
// refuses to write, commands fail immediately, and a probe in the background detects when it is back. If Redis refuses one command
// for another reason, such as a missing permission, only that command fails. What to do without Redis is decided by each user of it.
import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import { connectionToCluster, connectionToServer, keyOf } from "./connection.ts";
import type { CredentialsProvider } from "./entra-credentials.ts";
import { explainRedis, isOutage, isRedirect } from "./explain-redis.ts";

/** The answers of scripts and commands that this server uses. */
export type Reply = string | number | null | Reply[];

/** Redis as the rest of the server sees it. */
export interface Redis {
  /**
   * Sends one command.
   * @throws {RedisUnavailable} within the time limit of a command, or immediately while Redis is known to be down
   */
  send(command: readonly string[]): Promise<Reply>;
  /** Runs a Lua script, sending its text only where Redis does not know it yet. @throws {RedisUnavailable} as `send` */
  run(script: string, keys: readonly string[], values: readonly string[]): Promise<Reply>;
  /** Whether commands are being sent at all. */
  readonly available: boolean;
  /** What is wrong with Redis, if anything, for the operator: why it is unavailable, or what it refused in the last minute. */
  readonly problem: RedisProblem | undefined;
  /** Calls back each time that Redis has become available. */
  onAvailable(listener: () => void): void;
  /** Connects. Resolves when that has worked or after a second, and keeps trying. */
  start(): Promise<void>;
  /** Ends the connection. */
  stop(): Promise<void>;
}

/** What is wrong with Redis. */
export interface RedisProblem {
  /** The code of its error reply, such as NOPERM, or `unreachable`. */
  readonly code: string;
  /** A sentence or two without a full stop at the end. It names the host and no secret. */
  readonly explanation: string;
}

/** Redis did not execute a command; `cause` is the client's error. */
export class RedisUnavailable extends Error {
  override readonly name = "RedisUnavailable";
  /** Whether Redis is there, and refuses this command. */
  readonly isRefusal: boolean;

  constructor(message: string, { cause, isRefusal = false }: { cause?: unknown; isRefusal?: boolean } = {}) {
    super(message, { cause });
    this.isRefusal = isRefusal;
  }
}

/** Times in milliseconds. */
const probeEveryMs = 250;
/** Slower than this is not yet back. */
const probeTimeoutMs = 25;
const startTimeoutMs = 1_000;
/** For so long a refusal is named as the problem. */
const refusedMs = 60_000;
/** Nodes of a cluster that failed must all be back; at most so many keys are remembered for it. */
const maxFailedTags = 8;

/**
 * Rejects after the time limit, but lets answers that have already arrived win: after a pause of this process the timer
 * runs before the socket is read, and that pause was not Redis's.
 */
function within<Value>(timeoutMs: number, answer: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new RedisUnavailable("timeout"))), timeoutMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export interface RedisOptions {
  /** May hold a password and goes nowhere else. */
  url: string;
  /** Signs in instead of the user and password of the address. */
  credentials?: CredentialsProvider | undefined;
  log: Pick<FastifyBaseLogger, "info" | "warn">;
  /** How long a command may take, in milliseconds; 75, because requests wait for it. */
  commandTimeoutMs?: number | undefined;
}

/** Makes the connection object; nothing happens before `start()`. */
export function createRedis({ url, credentials, log, commandTimeoutMs = 75 }: RedisOptions): Redis {
  const needs = { url, credentials, onError: lost };
  let connection = connectionToServer(needs);
  /** Hash tags of keys whose commands failed: the nodes of a cluster that must be back. */
  const failedTags = new Set<string>();
  const listeners: (() => void)[] = [];
  const stopped = new AbortController();
  const probeId = randomUUID();
  let available = false;
  /** Whether another node was named, so that this is a cluster. */
  let isRedirected = false;
  /** Whether it said that it is not a node of a cluster. */
  let isOneServer = false;
  let following: Promise<void> | undefined;
  /** Reasons that were logged since Redis was last available: each of them once. */
  const reported = new Set<string>();
  /** Codes of refusals that were logged. */
  const refusals = new Set<string>();
  let problem: (RedisProblem & { untilMs: number }) | undefined;

  function found(): void {
    if (available || stopped.signal.aborted) return;
    available = true;
    problem = undefined;
    failedTags.clear();
    reported.clear();
    log.info("redis available");
    for (const listener of listeners) listener();
  }

  function lost(cause: unknown): void {
    if (stopped.signal.aborted) return;
    const reason = explainRedis(cause, url);
    if (available || !reported.has(reason.explanation)) {
      log.warn({ err: cause }, `redis unavailable: local limits take over. ${reason.explanation}.`);
    }
    available = false;
    problem = { ...reason, untilMs: Number.POSITIVE_INFINITY };
    reported.add(reason.explanation);
  }

  /** Redis is there and does not do this one thing, which is logged once. */
  function refused(cause: unknown): void {
    const reason = explainRedis(cause, url);
    problem = { ...reason, untilMs: performance.now() + refusedMs };
    if (refusals.has(reason.code)) return;
    refusals.add(reason.code);
    log.warn({ err: cause }, `redis refuses a command: local limits take its place. ${reason.explanation}.`);
  }

  async function attempt(command: readonly string[], timeoutMs: number): Promise<Reply> {
    return (await within(timeoutMs, connection.send(command))) as Reply;
  }

  async function send(command: readonly string[]): Promise<Reply> {
    if (!available) throw new RedisUnavailable("unavailable");
    try {
      return await attempt(command, commandTimeoutMs);
    } catch (cause) {
      if (isUnknownScript(cause)) throw cause;
      const isRefusal = !isOutage(cause);
      if (isRefusal) refused(cause);
      else {
        isRedirected ||= isRedirect(cause);
        if (failedTags.size < maxFailedTags) failedTags.add(tagOf(keyOf(command)));
        lost(cause);
      }
      throw new RedisUnavailable("failed", { cause, isRefusal });
    }
  }

  /** Changes to connections to all nodes if this is one node of a cluster. */
  async function followCluster(timeoutMs: number): Promise<void> {
    if (connection.isCluster || (isOneServer && !isRedirected)) return;
    following ??= connectToCluster(timeoutMs).finally(() => {
      following = undefined;
    });
    return following;
  }

  async function connectToCluster(timeoutMs: number): Promise<void> {
    // A user that may not ask is not refused for that: the first redirection shows it as well.
    const info = await attempt(["INFO", "cluster"], timeoutMs).catch(() => undefined);
    isOneServer = info !== undefined && !String(info).includes("cluster_enabled:1");
    if (!isRedirected && (isOneServer || info === undefined)) return;
    const cluster = connectionToCluster(needs);
    try {
      await within(startTimeoutMs, cluster.connect());
    } catch (cause) {
      cluster.end();
      // Some proxies look like a node and need none of this.
      if (isOutage(cause)) throw cause;
      return;
    }
    connection.end();
    connection = cluster;
    if (stopped.signal.aborted) cluster.end();
  }

  /** Writes, because a replica or a full memory answers reads. */
  async function check(timeoutMs: number): Promise<void> {
    await followCluster(timeoutMs);
    const tags = failedTags.size > 0 ? [...failedTags] : ["any"];
    try {
      for (const tag of tags) await attempt(["SET", `tte:probe:{${tag}}:${probeId}`, "1", "PX", "1000"], timeoutMs);
    } catch (cause) {
      isRedirected ||= isRedirect(cause);
      throw cause;
    }
    found();
  }

  async function probe(): Promise<void> {
    while (!stopped.signal.aborted) {
      // Slow is not yet back, and was reported before.
      if (!available && connection.isReady) await check(probeTimeoutMs).catch(() => {});
      await pause(probeEveryMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {});
    }
  }

  return {
    send,
    async run(script, keys, values) {
      const tail = [String(keys.length), ...keys, ...values];
      try {
        return await send(["EVALSHA", createHash("sha1").update(script).digest("hex"), ...tail]);
      } catch (error) {
        if (!isUnknownScript(error)) throw error;
        return send(["EVAL", script, ...tail]);
      }
    },
    get available() {
      return available;
    },
    get problem() {
      return problem && problem.untilMs > performance.now() ? problem : undefined;
    },
    onAvailable: (listener) => void listeners.push(listener),
    async start() {
      const connected = connection
        .connect()
        .then(() => check(startTimeoutMs))
        .catch(lost);
      await Promise.race([connected, pause(startTimeoutMs, undefined, { ref: false })]);
      void probe();
    },
    async stop() {
      stopped.abort();
      available = false;
      connection.end();
    },
  };
}

const isUnknownScript = (error: unknown) => error instanceof Error && error.message.startsWith("NOSCRIPT");

/** What decides the slot of a key in a cluster. */
const tagOf = (key: string): string => /\{([^{}]+)\}/.exec(key)?.[1] ?? key;
