// Keeps an ACS token fresh for hours. An AzureCommunicationTokenCredential asks 10 minutes before the expiry, asks again
// and again while it is handed tokens with less than that, and turns a failed refresh into an unhandled rejection after
// which it never asks again. So the next token is got a little earlier, at a random moment, and a failure is retried in
// here until it passes.
import type { AcsToken } from "../api/exchange-teams-token.ts";
import type { AcquireOptions } from "./provider.ts";
import { retryDelayMs, ShortLivedTokenError } from "./refresh-failure.ts";

/** The part of a DOM or Azure abort signal that a refresher uses. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Gets a token with more than 10 minutes left. Milliseconds since 1970. */
export type TokenRefresher = (abortSignal?: AbortSignalLike) => Promise<AcsToken>;

export interface RefreshEvents {
  /** A refresh failed and will be tried again; called for every failed try. */
  readonly onRefreshTrouble?: (error: unknown) => void;
  /** A refresh succeeded. */
  readonly onRefreshed?: (token: AcsToken) => void;
}

export interface RefresherOptions extends RefreshEvents {
  readonly exchange: (options: AcquireOptions) => Promise<AcsToken>;
  readonly random?: () => number;
}

export interface Refresher {
  /** The latest token, while it has more than 10 minutes left. */
  current(): AcsToken | undefined;
  /** Remembers a token that was got otherwise. */
  keep(token: AcsToken): void;
  /** Gets the next token in time, from now on. */
  schedule(token: AcsToken): void;
  readonly refresh: TokenRefresher;
  readonly retryNow: () => void;
  readonly dispose: () => void;
}

const minute = 60_000;
/** Below this, a credential counts a token as about to expire. */
const expiringSoonMs = 10 * minute;
/** Ahead of that; in all less than the 15 minutes at which MSAL renews, or the exchange would yield the old expiry. */
const earliestAheadMs = 14 * minute;
const latestAheadMs = 11 * minute;
/** setTimeout takes no more; a longer wait would end at once. */
const maxTimeoutMs = 2_147_483_647;

export function createRefresher({ exchange, random = Math.random, ...events }: RefresherOptions): Refresher {
  let latest: AcsToken | undefined;
  let running: Promise<AcsToken> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = new AbortController();
  let wake = () => {};

  const current = () => (latest !== undefined && hasTime(latest) ? latest : undefined);

  function schedule(token: AcsToken): void {
    clearTimeout(timer);
    const ahead = latestAheadMs + random() * (earliestAheadMs - latestAheadMs);
    // A token that is short-lived from the start is left to the credential, which asks by itself.
    const delay = token.expiresOnTimestamp - ahead - Date.now();
    if (delay > 0) timer = setTimeout(() => void next(), Math.min(delay, maxTimeoutMs));
  }

  /** The token after the present one; one request at a time, however many ask. */
  function next(): Promise<AcsToken> {
    running ??= untilFresh(stopped.signal).finally(() => {
      running = undefined;
    });
    return running;
  }

  async function untilFresh(signal: AbortSignal): Promise<AcsToken> {
    for (let attempt = 0; ; attempt++) {
      try {
        const token = await freshToken(signal);
        if (!signal.aborted) {
          latest = token;
          events.onRefreshed?.(token);
          schedule(token);
          return token;
        }
      } catch (error) {
        if (!signal.aborted) {
          events.onRefreshTrouble?.(error);
          await pause(retryDelayMs(error, attempt, random()));
        }
      }
      // Disposed: whoever still waits was disposed as well, and a rejection would be one that nobody handles.
      if (signal.aborted) return await new Promise<never>(() => {});
    }
  }

  async function freshToken(signal: AbortSignal): Promise<AcsToken> {
    const token = await exchange({ signal });
    if (hasTime(token)) return token;
    const renewed = await exchange({ signal, renewTeamsToken: true });
    if (hasTime(renewed)) return renewed;
    throw new ShortLivedTokenError("the new token has less than 10 minutes left");
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(waiting);
        resolve();
      };
    });
  }

  return {
    current,
    keep(token) {
      latest = token;
    },
    schedule,
    async refresh(abortSignal) {
      return await abortable(async () => current() ?? (await next()), abortSignal);
    },
    retryNow: () => wake(),
    dispose() {
      stopped.abort();
      stopped = new AbortController();
      clearTimeout(timer);
      wake();
      latest = undefined;
      running = undefined;
    },
  };
}

const hasTime = (token: AcsToken) => token.expiresOnTimestamp - Date.now() > expiringSoonMs;

/** Ends the caller's waiting, not the work, which others may wait for too. */
async function abortable<Value>(work: () => Promise<Value>, signal: AbortSignalLike | undefined): Promise<Value> {
  if (signal === undefined) return await work();
  return await new Promise<Value>((resolve, reject) => {
    const abort = () => reject(new DOMException("The refresh was aborted", "AbortError"));
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener("abort", abort);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
