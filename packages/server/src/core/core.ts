// What lives as long as the server: the authority's keys, the deny-list, the tenants and their ACS resources. Plugins get all of it;
// it knows none of them.
import { anyOrganization, teamsResourceOf } from "@teams-token-exchange/rules";
import { watchUnknownTokenForms } from "../acs/unknown-token-forms.ts";
import { createMemoryDenyList } from "../deny-list/deny-list.ts";
import type { DenyList } from "../deny-list/deny-list-types.ts";
import { createRedisDenyList } from "../deny-list/redis-deny-list.ts";
import { createSigningKeys, type SigningKeys } from "../entra/signing-keys.ts";
import { createCoalesce } from "../exchange/exchange.ts";
import type { ExchangeContext, ExchangeOutcome } from "../exchange/exchange-context.ts";
import type { Redis } from "../redis/redis.ts";
import type { ResourceNeeds } from "../resources/open-resource.ts";
import { type OpenTenants, openTenants } from "../resources/open-tenants.ts";
import type { Config } from "../settings/read-settings.ts";
import { watchTenants } from "./watch-tenants.ts";

export interface CoreOptions
  extends Pick<ResourceNeeds, "fetch" | "now" | "monotonicNow" | "log" | "telemetry" | "quotaTimes"> {
  /** One deadline for a whole exchange, in milliseconds. */
  readonly deadlineMs: number;
  /** How long one command to Redis may take, in milliseconds. */
  readonly redisTimeoutMs: number | undefined;
  /** How often TENANTS_FILE is looked at, in milliseconds. */
  readonly tenantsPollMs: number | undefined;
}

/** What the routes and plugins of a server share. */
export interface Core extends Pick<CoreOptions, "fetch" | "now" | "monotonicNow" | "log" | "deadlineMs"> {
  readonly keys: SigningKeys;
  readonly denyList: DenyList;
  /** The tenants whose users may call, and the ACS resources that serve them. */
  readonly tenants: OpenTenants;
  /** What an exchange uses. */
  readonly exchange: ExchangeContext;
  /** Reads TENANTS_FILE again, if there is one. A file with a problem changes nothing and is logged. Never rejects. */
  reloadTenants(): Promise<void>;
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
  const { authority, apiClientId, apiAudiences } = config.entra;
  const isListed = config.tenantsFile !== undefined;
  const keys = createSigningKeys({
    authority,
    // A list may grow, and a token of a tenant that it leaves out must be verified before it gets an explanation.
    tenantId: isListed ? anyOrganization : config.entra.tenantId,
    fetch,
    proxy: config.network.proxy,
    monotonicNow,
    log,
  });

  const redis = await connectRedis(config, options);
  const sharedDenyList = redis && createRedisDenyList({ redis, now, log });
  const denyList = sharedDenyList ?? createMemoryDenyList(now);
  const tenants = await openTenants(config.tenancy, {
    rules: { authority, apiClientId, apiAudiences },
    isListed,
    fetch,
    now,
    monotonicNow,
    log,
    telemetry,
    network: config.network,
    redis,
    quotaTimes: options.quotaTimes,
    allowInsecureConnection: config.acs.allowInsecureConnection,
    onUnknownTokenForm: watchUnknownTokenForms(log, telemetry),
  });
  const watch =
    config.tenantsFile === undefined
      ? undefined
      : watchTenants({
          path: config.tenantsFile,
          rules: {
            authority: new URL(authority),
            allowInsecureLoopback: config.acs.allowInsecureConnection,
            teamsPhoneExtensibility: config.teamsPhoneExtensibility,
          },
          tenants,
          tenancy: config.tenancy,
          log,
          everyMs: options.tenantsPollMs,
        });
  const coalesce = createCoalesce<ExchangeOutcome>();

  return {
    fetch,
    now,
    monotonicNow,
    log,
    deadlineMs,
    keys,
    denyList,
    tenants,
    exchange: { denyList, coalesce, now, deadlineMs, teamsResource: teamsResourceOf(authority) },
    redis,
    reloadTenants: async () => watch?.reload(),
    async start() {
      await redis?.start();
      await Promise.all([sharedDenyList?.start(), tenants.start()]);
      void keys.start();
      watch?.start();
    },
    async stop() {
      keys.stop();
      watch?.stop();
      await tenants.stop();
      await sharedDenyList?.stop();
      await redis?.stop();
    },
  };
}
