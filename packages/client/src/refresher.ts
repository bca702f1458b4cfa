// Keeps an ACS token fresh for hours. An AzureCommunicationTokenCredential asks for a new token 10 minutes before the
// expiry. If it gets a token with less time left, it asks again and again; if the refresh fails, it never asks again.
// So this file gets the next token earlier, at a random moment, and retries a failed refresh until it succeeds.
import type { AcsToken } from "./server-api.ts";
import { NetworkError, ProblemError, UnexpectedResponseError } from "./server-errors.ts";

/** The part of a DOM or Azure abort signal that a refresher uses. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Resolves to a token with more than 10 minutes left. Pass it to an ACS credential as `tokenRefresher`. */
export type TokenRefresher = (abortSignal?: AbortSignalLike) => Promise<AcsToken>;

/** A new token would expire within the 10 minutes in which an ACS credential already asks for the next one. */
export class ShortLivedTokenError extends Error {
  override readonly name = "ShortLivedTokenError";
}

export interface RefresherOptions {
  readonly exchange: (options: { signal: AbortSignal; renewTeamsToken?: boolean }) => Promise<AcsToken>;
  /** Called after each failed try. The refresher tries again. */
  readonly onTrouble: (error: unknown) => void;
  readonly onRefreshed: (token: AcsToken) => void;
  /** Returns a number in [0, 1), as `Math.random` does. */
  readonly random: () => number;
}

export interface Refresher {
  /** The latest token, while it has more than 10 minutes left. */
  current(): AcsToken | undefined;
  /** Stores a token that the refresher did not get itself. */
  keep(token: AcsToken): void;
  /** Refreshes from now on, beginning shortly before `token` expires. */
  schedule(token: AcsToken): void;
  readonly refresh: TokenRefresher;
  /** True between two tries. */
  isWaiting(): boolean;
  /** Ends the wait between two tries. */
  retryNow(): void;
  /** Stops refreshing and drops the token. The refresher can be used again afterwards. */
  dispose(): void;
}

const minuteMs = 60_000;
/** With less time left, a credential asks for the next token. */
const expiringSoonMs = 10 * minuteMs;
/** Less than the 15 minutes at which MSAL renews its token; otherwise the exchange would return the old expiry. */
const earliestAheadMs = 14 * minuteMs;
const latestAheadMs = 11 * minuteMs;
/** The longest delay that setTimeout accepts. With a longer delay it fires immediately. */
const maxTimeoutMs = 2_147_483_647;

export function createRefresher({ exchange, onTrouble, onRefreshed, random }: RefresherOptions): Refresher {
  let latest: AcsToken | undefined;
  let running: Promise<AcsToken> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = new AbortController();
  let endWait: (() => void) | undefined;

  const current = () => (latest !== undefined && hasTime(latest) ? latest : undefined);

  function schedule(token: AcsToken): void {
    clearTimeout(timer);
    const ahead = latestAheadMs + random() * (earliestAheadMs - latestAheadMs);
    // If a token has less time than that from the start, the credential asks for the next one itself.
    const delay = token.expiresOnTimestamp - ahead - Date.now();
    if (delay > 0) timer = setTimeout(() => void next(), Math.min(delay, maxTimeoutMs));
  }

  /** Gets the next token. All callers share one request. */
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
          onRefreshed(token);
          schedule(token);
          return token;
        }
      } catch (error) {
        if (!signal.aborted) {
          onTrouble(error);
          await wait(retryDelayMs(error, attempt, random()));
        }
      }
      // After dispose() the credential is disposed as well, so nobody would handle a rejection.
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

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timeout);
        if (endWait === end) endWait = undefined;
        resolve();
      };
      const timeout = setTimeout(end, ms);
      endWait = end;
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
    isWaiting: () => endWait !== undefined,
    retryNow: () => endWait?.(),
    dispose() {
      stopped.abort();
      stopped = new AbortController();
      clearTimeout(timer);
      endWait?.();
      latest = undefined;
      running = undefined;
    },
  };
}

const hasTime = (token: AcsToken) => token.expiresOnTimestamp - Date.now() > expiringSoonMs;

/** When the signal is aborted, only this caller stops waiting. The work continues, because other callers may need it. */
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

const temporaryMsalCodes = new Set([
  "network_error",
  "no_network_connectivity",
  "post_request_failed",
  "get_request_failed",
  "temporarily_unavailable",
  "server_error",
  "timed_out",
]);

/** True if the same request can succeed later without anyone doing anything. */
function isTemporary(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status >= 500 || error.status === 429;
  if (error instanceof NetworkError || error instanceof UnexpectedResponseError) return true;
  const code = (error as { errorCode?: unknown } | null)?.errorCode;
  return typeof code === "string" && temporaryMsalCodes.has(code);
}

const firstDelayMs = 2_000;
const maxTemporaryDelayMs = 60_000;
const permanentDelayMs = 300_000;

/**
 * Milliseconds until the next try. `attempt` counts failures from 0; `random` is in [0, 1). The delay doubles and has
 * jitter, so that pages that lost the server at the same time do not return at the same time. It is never shorter than
 * the server's Retry-After. A failure that someone must resolve is tried again every few minutes.
 */
function retryDelayMs(error: unknown, attempt: number, random: number): number {
  if (!isTemporary(error)) return permanentDelayMs * (0.5 + random / 2);
  const ceiling = Math.min(firstDelayMs * 2 ** attempt, maxTemporaryDelayMs);
  const retryAfterMs = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return retryAfterMs + ceiling * (0.25 + 0.75 * random);
}
