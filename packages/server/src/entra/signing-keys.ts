// The authority's signing keys: found through its OIDC discovery document, kept in memory, fetched again when they age or
// when a token names an unknown key. A flood of unknown key ids must neither cause a flood of fetches nor lock out users
// of a rotated key, so requests start at most one fetch per cool-down, claimed before the fetch, even if it fails.
import type { KeyObject } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import { explainFailure } from "../network/explain-failure.ts";
import { Problem } from "../problems/problem.ts";
import type { ProxySettings } from "../settings/network-settings.ts";
import { type FetchedKeySet, fetchSigningKeys } from "./fetch-signing-keys.ts";

/** One public key, with the issuer that the key set binds it to. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly issuer: string | undefined;
}

/** Keys that need no fetch, as data, because every request reads them. Both members are replaced by each fetch. */
export interface FreshKeys {
  readonly keys: ReadonlyMap<string, SigningKey>;
  /** When they are too old; milliseconds of the monotonic clock. */
  readonly untilMs: number;
}

export interface SigningKeys {
  /** Whether there are keys that are not too old to be trusted. */
  readonly ready: boolean;
  /** Age of the keys in seconds; undefined until the first were fetched. */
  readonly ageSeconds: number | undefined;
  /** Fetches the keys, again and again until it succeeds or the server stops. Resolves after the first attempt. */
  start(): Promise<void>;
  stop(): void;
  /**
   * Fetches the keys now, without regard to the cool-down and the authority's cache: for operators who know that a key was
   * withdrawn. The known keys stay if that fails.
   */
  reload(): Promise<void>;
  /** What {@link find} would find without a fetch. */
  readonly fresh: FreshKeys;
  /**
   * The key of that id, or undefined if the authority has none.
   * @throws {Problem} signing-keys-unavailable where that cannot be known.
   */
  find(keyId: string): Promise<SigningKey | undefined>;
}

const coolDownMs = 30_000;
const refreshAfterMs = 60 * 60_000;
const maxStaleMs = 24 * 60 * 60_000;

interface SigningKeyOptions {
  authority: string;
  tenantId: string;
  fetch: typeof fetch;
  /** What `fetch` goes through; only for messages. */
  proxy: ProxySettings | undefined;
  /** Milliseconds that only ever grow, so that a step of the wall clock changes nothing here. */
  monotonicNow: () => number;
  log: FastifyBaseLogger;
}

/** Builds the key set of one tenant; nothing is fetched before `start` or `find`. */
export function createSigningKeys(options: SigningKeyOptions): SigningKeys {
  const { authority, tenantId, fetch, proxy, monotonicNow, log } = options;
  let keySet: FetchedKeySet | undefined;
  let loadedAt: number | undefined;
  const fresh: { keys: ReadonlyMap<string, SigningKey>; untilMs: number } = {
    keys: new Map(),
    untilMs: Number.NEGATIVE_INFINITY,
  };
  let claimedAt = Number.NEGATIVE_INFINITY;
  /** Unknown before the first attempt; until then the keys are too old in any case. */
  let lastAttemptFailed: boolean | undefined;
  /** Failed attempts since the last one that succeeded. */
  let failures = 0;
  let inFlight: Promise<void> | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let stopped = false;

  const ageMs = () => monotonicNow() - (loadedAt ?? Number.NEGATIVE_INFINITY);
  const known = (keyId: string) => keySet?.keys.get(keyId);

  async function load(earlier: FetchedKeySet | undefined): Promise<void> {
    try {
      keySet = await fetchSigningKeys({ authority, tenantId, fetch }, earlier);
      loadedAt = monotonicNow();
      fresh.keys = keySet.keys;
      fresh.untilMs = loadedAt + refreshAfterMs;
      lastAttemptFailed = false;
      failures = 0;
    } catch (error) {
      lastAttemptFailed = true;
      failures += 1;
      const { host } = new URL(authority);
      const destination = { attempt: "Cannot fetch signing keys from", host, setting: "ENTRA_AUTHORITY", proxy };
      log.error(
        { reason: "signing-keys-fetch-failed", failures },
        `${explainFailure(error, destination)}; run doctor.`,
      );
    } finally {
      inFlight = undefined;
    }
  }

  function refresh(): Promise<void> {
    inFlight ??= load(keySet);
    return inFlight;
  }

  function refreshUnlessCoolingDown(): Promise<void> | undefined {
    if (inFlight !== undefined) return inFlight;
    if (monotonicNow() - claimedAt < coolDownMs) return undefined;
    claimedAt = monotonicNow();
    return refresh();
  }

  async function start(delayMs = 1000): Promise<void> {
    await refresh();
    if (stopped || loadedAt !== undefined) return;
    retryTimer = setTimeout(() => void start(Math.min(delayMs * 2, coolDownMs)), delayMs).unref();
  }

  async function find(keyId: string): Promise<SigningKey | undefined> {
    if (ageMs() > maxStaleMs) await refreshUnlessCoolingDown();
    else if (ageMs() > refreshAfterMs) void refreshUnlessCoolingDown();
    else if (!known(keyId)) await refreshUnlessCoolingDown();

    const key = known(keyId);
    // Keys too old, or an unknown one while the authority is down: nobody can tell whether the token is good. That is
    // our trouble (503), not the caller's (401).
    if (ageMs() > maxStaleMs || (key === undefined && lastAttemptFailed)) {
      throw new Problem("signing-keys-unavailable", { headers: { "retry-after": String(coolDownMs / 1000) } });
    }
    return key;
  }

  return {
    get ready() {
      return ageMs() <= maxStaleMs;
    },
    get ageSeconds() {
      return loadedAt === undefined ? undefined : ageMs() / 1000;
    },
    start: () => start(),
    stop() {
      stopped = true;
      clearTimeout(retryTimer);
    },
    async reload() {
      await inFlight;
      inFlight = load(undefined);
      await inFlight;
    },
    fresh,
    find,
  };
}
