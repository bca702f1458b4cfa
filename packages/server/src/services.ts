// Builds what lives as long as the server: the authority's keys, the deny-list, the quota guard, the way to ACS. Together
// with app.ts the only place that constructs.
import type { FastifyBaseLogger } from "fastify";
import { createAcsIdentity } from "./acs/acs-identity.ts";
import { acsCredential } from "./acs/credential.ts";
import { measureIdentity } from "./acs/measured-identity.ts";
import { createResilience } from "./acs/resilience.ts";
import { createResilientIdentity, type ResilientIdentity } from "./acs/resilient-identity.ts";
import { createRetryBudget } from "./acs/retry-budget.ts";
import { createTransport } from "./acs/transport.ts";
import { createMemoryDenyList, type DenyList } from "./deny-list/deny-list.ts";
import { createRedisDenyList } from "./deny-list/redis-deny-list.ts";
import { callerKey } from "./entra/caller-key.ts";
import { createSigningKeys, type SigningKeys } from "./entra/signing-keys.ts";
import type { Telemetry } from "./observability/telemetry.ts";
import { createAcsUsers } from "./plugins/acs-users/acs-users-client.ts";
import type { MappingStore } from "./plugins/acs-users/mappings/mapping-store.ts";
import { openMappingStore } from "./plugins/acs-users/mappings/open-mapping-store.ts";
import { createResilientUsers, type ResilientUsers } from "./plugins/acs-users/resilient-users.ts";
import { type Budget, createBudget } from "./quota/exchange-quota.ts";
import { defaultSilenceTimes } from "./quota/local-share.ts";
import { measureGuard } from "./quota/measured-quota.ts";
import { createMemoryQuotaGuard } from "./quota/memory-quota-guard.ts";
import { defaultQuotaTimes, type QuotaTimes } from "./quota/quota-guard.ts";
import { createRedisQuotaGuard } from "./quota/redis-quota-guard.ts";
import type { Redis } from "./redis/redis.ts";
import type { Config } from "./settings/read-settings.ts";

/** Connections to ACS; as many requests again may wait for one. */
const maxConnectionsToAcs = 50;
/** Calls about ACS users in flight: half of the connections stay for exchanges. */
const maxUserCalls = 25;

interface ServiceNeeds {
  fetch: typeof fetch;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  log: FastifyBaseLogger;
  telemetry: Telemetry;
  quotaTimes?: QuotaTimes | undefined;
  /** How long one command to Redis may take, in milliseconds. */
  redisTimeoutMs?: number | undefined;
}

export interface Services {
  readonly keys: SigningKeys;
  readonly denyList: DenyList;
  readonly budget: Budget;
  readonly identity: ResilientIdentity;
  readonly users: ResilientUsers;
  readonly mappings: MappingStore;
  /** Where several instances share what they know; undefined where this one is alone. */
  readonly redis: Redis | undefined;
  /** Connects; the keys are fetched in the background. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The client is loaded only where it is used: it is larger than the rest of this server. */
async function connectRedis(url: string | undefined, log: FastifyBaseLogger, commandTimeoutMs: number | undefined) {
  if (url === undefined) return undefined;
  const { createRedis } = await import("./redis/redis.ts");
  return createRedis({ url, log, commandTimeoutMs });
}

/** Builds them; nothing is connected or fetched before `start`. */
export async function createServices(config: Config, needs: ServiceNeeds): Promise<Services> {
  const { fetch, now, log, telemetry, quotaTimes = defaultQuotaTimes, redisTimeoutMs } = needs;
  const { authority, tenantId } = config.entra;
  const { endpoint } = config.acs;
  const monotonicNow = () => performance.now();

  const keys = createSigningKeys({ authority, tenantId, fetch, monotonicNow, log });

  const redis = await connectRedis(config.redisUrl, log, redisTimeoutMs);
  const sharedDenyList = redis && createRedisDenyList({ redis, now });
  const denyList = sharedDenyList ?? createMemoryDenyList(now);

  const { exchangesPer30s } = config.limits;
  const quota = { budget: exchangesPer30s, times: quotaTimes, monotonicNow };
  const shared = { silence: defaultSilenceTimes, resource: new URL(endpoint).host, log };
  const sharedGuard = redis && createRedisQuotaGuard({ ...quota, ...shared, redis });
  const guard = exchangesPer30s === 0 ? undefined : (sharedGuard ?? createMemoryQuotaGuard(quota));
  const measured = { telemetry, limit: exchangesPer30s, windowMs: quotaTimes.windowMs, monotonicNow };
  const budget = createBudget(guard && measureGuard(guard, measured), Math.random);

  const transport = createTransport(endpoint, maxConnectionsToAcs);
  const credential = await acsCredential(config.acs.accessKeys);
  const acs = createAcsIdentity({ ...config.acs, credential, transport, now });
  const identity = createResilientIdentity(measureIdentity(acs, { telemetry, endpoint, monotonicNow }), {
    retryBudget: createRetryBudget(),
    maxInFlight: 2 * maxConnectionsToAcs,
    monotonicNow,
    mayRepeat: ({ userObjectId }) => budget.tryTake(callerKey({ tenantId, objectId: userObjectId })),
  });

  // Of their own: what fails for ACS users says nothing about exchanges.
  const userLimits = { retryBudget: createRetryBudget(), maxInFlight: maxUserCalls, monotonicNow };
  const userResilience = createResilience(userLimits);
  const users = createResilientUsers(createAcsUsers({ ...config.acs, credential, transport, now }), userResilience);
  const mappings = await openMappingStore(config.mappings, { entra: config.entra, fetch, log });

  return {
    ...{ keys, denyList, budget, identity, users, mappings, redis },
    async start() {
      await redis?.start();
      await Promise.all([sharedDenyList?.start(), sharedGuard?.start()]);
      void keys.start();
    },
    async stop() {
      keys.stop();
      identity.stop();
      userResilience.stop();
      await mappings.close();
      await transport.close();
      await sharedDenyList?.stop();
      await sharedGuard?.stop();
      await redis?.stop();
    },
  };
}
