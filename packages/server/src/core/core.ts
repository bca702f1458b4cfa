// What lives as long as the server: the authority's keys, the deny-list, the quota, the client of ACS. Plugins get all of it;
// it knows none of them.
import { teamsResourceOf } from "@teams-token-exchange/rules";
import type { FastifyBaseLogger } from "fastify";
import { type AcsConnection, acsCredential } from "../acs/acs-connection.ts";
import { createAcsIdentity } from "../acs/acs-identity.ts";
import { measureIdentity } from "../acs/measured-identity.ts";
import { createResilience, createResilientIdentity } from "../acs/resilience.ts";
import type { ResilientIdentity } from "../acs/resilience-types.ts";
import { createTransport } from "../acs/transport.ts";
import { watchUnknownTokenForms } from "../acs/unknown-token-forms.ts";
import { createMemoryDenyList } from "../deny-list/deny-list.ts";
import type { DenyList } from "../deny-list/deny-list-types.ts";
import { createRedisDenyList } from "../deny-list/redis-deny-list.ts";
import { callerKey } from "../entra/authenticate.ts";
import { createSigningKeys, type SigningKeys } from "../entra/signing-keys.ts";
import { createCoalesce } from "../exchange/exchange.ts";
import type { ExchangeContext, ExchangeOutcome } from "../exchange/exchange-context.ts";
import type { Telemetry } from "../observability/telemetry.ts";
import { createQuota } from "../quota/create-quota.ts";
import type { QuotaTimes } from "../quota/quota-guard.ts";
import type { Redis } from "../redis/redis.ts";
import type { Config } from "../settings/read-settings.ts";

/** Connections to ACS. As many requests again may wait for one. */
const maxConnectionsToAcs = 50;

export interface CoreOptions {
  readonly fetch: typeof fetch;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that only ever grow. */
  readonly monotonicNow: () => number;
  readonly log: FastifyBaseLogger;
  readonly telemetry: Telemetry;
  /** One deadline for a whole exchange, in milliseconds. */
  readonly deadlineMs: number;
  readonly quotaTimes: QuotaTimes | undefined;
  /** How long one command to Redis may take, in milliseconds. */
  readonly redisTimeoutMs: number | undefined;
}

/** What the routes and plugins of a server share. */
export interface Core extends Pick<CoreOptions, "fetch" | "now" | "monotonicNow" | "log" | "deadlineMs"> {
  readonly keys: SigningKeys;
  readonly denyList: DenyList;
  /** The exchange's client of ACS, with retries and a circuit breaker. */
  readonly identity: ResilientIdentity;
  /** The connection for other calls to ACS. */
  readonly acs: AcsConnection;
  /** What an exchange uses. */
  readonly exchange: ExchangeContext;
  /** Undefined if instances share nothing. */
  readonly redis: Redis | undefined;
  /** Connects to Redis, and fetches the keys in the background. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The client is larger than the rest of this server, so it is loaded only if it is used. */
async function connectRedis({ redisUrl, redisAuth }: Config, options: CoreOptions) {
  if (redisUrl === undefined) return undefined;
  const { openRedis } = await import("../redis/open-redis.ts");
  return openRedis(redisUrl, redisAuth, options.fetch, { log: options.log, commandTimeoutMs: options.redisTimeoutMs });
}

/**
 * Builds the core. Nothing is connected or fetched before `start`.
 * @throws {PackageMissing} if a setting needs a package that is not installed
 */
export async function createCore(config: Config, options: CoreOptions): Promise<Core> {
  const { fetch, now, monotonicNow, log, telemetry, deadlineMs } = options;
  const { authority, tenantId } = config.entra;
  const { endpoint, allowInsecureConnection } = config.acs;
  const keys = createSigningKeys({ authority, tenantId, fetch, proxy: config.network.proxy, monotonicNow, log });

  const redis = await connectRedis(config, options);
  const sharedDenyList = redis && createRedisDenyList({ redis, now, log });
  const denyList = sharedDenyList ?? createMemoryDenyList(now);
  const quota = createQuota({
    limit: config.limits.exchangesPer30s,
    times: options.quotaTimes,
    resource: new URL(endpoint).host,
    redis,
    telemetry,
    monotonicNow,
    log,
  });

  const transport = createTransport(endpoint, maxConnectionsToAcs, config.network);
  const credential = await acsCredential(config.acs.accessKeys, fetch);
  const onUnknownTokenForm = watchUnknownTokenForms(log, telemetry);
  const acs: AcsConnection = { endpoint, allowInsecureConnection, credential, transport, now };
  const measured = measureIdentity(createAcsIdentity({ ...acs, onUnknownTokenForm }), {
    telemetry,
    endpoint,
    monotonicNow,
  });
  const resilience = createResilience({ maxInFlight: 2 * maxConnectionsToAcs, monotonicNow });
  const identity = createResilientIdentity(measured, resilience, ({ userObjectId }) =>
    quota.tryTake({ tenant: tenantId, caller: callerKey({ tenantId, objectId: userObjectId }) }),
  );
  const coalesce = createCoalesce<ExchangeOutcome>();

  return {
    fetch,
    now,
    monotonicNow,
    log,
    deadlineMs,
    keys,
    denyList,
    identity,
    acs,
    exchange: { identity, denyList, quota, coalesce, now, deadlineMs, teamsResource: teamsResourceOf(authority) },
    redis,
    async start() {
      await redis?.start();
      await Promise.all([sharedDenyList?.start(), quota.start()]);
      void keys.start();
    },
    async stop() {
      keys.stop();
      identity.stop();
      await transport.close();
      await sharedDenyList?.stop();
      await quota.stop();
      await redis?.stop();
    },
  };
}
