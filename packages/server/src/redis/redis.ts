// The only file that talks to the Redis client. It gives up a command that is not answered in time. While Redis is down, slow
// or refuses to write, commands fail immediately, and a probe in the background detects when it is back. What to do without Redis
// is decided by each user of it.
import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@redis/client";
import type { FastifyBaseLogger } from "fastify";
import { explainRedis, isSeenByProbe } from "./explain-redis.ts";

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
  /** Calls back each time that Redis has become available. */
  onAvailable(listener: () => void): void;
  /** Connects. Resolves when that has worked or after a second, and keeps trying. */
  start(): Promise<void>;
  /** Ends the connection. */
  stop(): Promise<void>;
}

/** Redis did not execute a command; `cause` is the client's error. */
export class RedisUnavailable extends Error {
  override readonly name = "RedisUnavailable";
}

/** Times in milliseconds. */
const probeEveryMs = 250;
/** Slower than this is not yet back. */
const probeTimeoutMs = 25;
const startTimeoutMs = 1_000;
/** How long Redis is not asked after a refusal that the probe does not see. Asking four times a second would not help. */
const refusedMs = 30_000;
/** A connection on which nothing comes back, not even to the probes, is replaced. */
const silentSocketMs = 5_000;

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

interface RedisOptions {
  /** May hold a password and goes nowhere else. */
  url: string;
  log: Pick<FastifyBaseLogger, "info" | "warn">;
  /** How long a command may take, in milliseconds; 75, because requests wait for it. */
  commandTimeoutMs?: number | undefined;
}

/** Makes the connection object; nothing happens before `start()`. */
export function createRedis({ url, log, commandTimeoutMs = 75 }: RedisOptions): Redis {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: 20_000,
    maintNotifications: "disabled",
    disableClientInfo: true,
    socket: {
      connectTimeout: 2_000,
      socketTimeout: silentSocketMs,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 4), 500) + Math.random() * 100,
    },
  });
  // Each failed attempt to connect is an event; without a listener it would end the process.
  client.on("error", lost);

  const probeKey = `tte:probe:${randomUUID()}`;
  const listeners: (() => void)[] = [];
  const stopped = new AbortController();
  let available = false;
  /** Reasons that were logged since Redis was last available: each of them once. */
  const reported = new Set<string>();
  let leftAloneUntil = Number.NEGATIVE_INFINITY;

  function found(): void {
    if (available || stopped.signal.aborted) return;
    available = true;
    reported.clear();
    log.info("redis available");
    for (const listener of listeners) listener();
  }

  function lost(cause: unknown): void {
    if (stopped.signal.aborted) return;
    const explanation = explainRedis(cause, url);
    if (available || !reported.has(explanation)) {
      log.warn({ err: cause }, `redis unavailable: local limits take over. ${explanation}.`);
    }
    available = false;
    reported.add(explanation);
    if (!isSeenByProbe(cause)) leftAloneUntil = performance.now() + refusedMs;
  }

  async function attempt(command: readonly string[], timeoutMs: number): Promise<Reply> {
    return (await within(timeoutMs, client.sendCommand([...command]))) as Reply;
  }

  async function send(command: readonly string[]): Promise<Reply> {
    if (!available) throw new RedisUnavailable("unavailable");
    try {
      return await attempt(command, commandTimeoutMs);
    } catch (cause) {
      if (isUnknownScript(cause)) throw cause;
      lost(cause);
      throw new RedisUnavailable("failed", { cause });
    }
  }

  /** A write, because a replica or a full memory answers reads. A node of a cluster takes only some of the keys. */
  async function check(timeoutMs: number): Promise<void> {
    await attempt(["SET", probeKey, "1", "PX", "1000"], timeoutMs);
    // A user that may not ask is not refused for that.
    const info = await attempt(["INFO", "cluster"], timeoutMs).catch(() => "");
    if (String(info).includes("cluster_enabled:1")) lost(new Error("CLUSTER mode"));
    else found();
  }

  async function probe(): Promise<void> {
    while (!stopped.signal.aborted) {
      const isDue = performance.now() >= leftAloneUntil;
      // Slow is not yet back, and was reported before.
      if (!available && isDue && client.isReady) await check(probeTimeoutMs).catch(() => {});
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
    onAvailable: (listener) => void listeners.push(listener),
    async start() {
      const connected = client
        .connect()
        .then(() => check(startTimeoutMs))
        .catch(lost);
      await Promise.race([connected, pause(startTimeoutMs, undefined, { ref: false })]);
      void probe();
    },
    async stop() {
      stopped.abort();
      available = false;
      client.destroy();
    },
  };
}

const isUnknownScript = (error: unknown) => error instanceof Error && error.message.startsWith("NOSCRIPT");
