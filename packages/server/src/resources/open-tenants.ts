// The tenants and resources of the server. A new list takes the place of the old one at once; what it shares with the old one
// stays open, and the rest is closed once the requests that use it have ended.
import type { CallerTokenRules } from "@teams-token-exchange/rules";
import type { ResourceSettings, Tenancy, TenantSettings } from "../settings/tenants-file.ts";
import { createHostQuota, type HostQuota } from "./host-quota.ts";
import { type OpenResource, openResource, type ResourceNeeds } from "./open-resource.ts";
import { createHeldTokens, createRoutes } from "./routes.ts";
import type { Resource, Tenant, TenantList } from "./tenant.ts";

/** Longer than any request takes, and than a window of the quota: then nothing uses or counts what has left the list. */
const closeAfterMs = 60_000;

export interface OpenTenantsOptions extends ResourceNeeds {
  /** What is the same for all tenants. */
  readonly rules: Pick<CallerTokenRules, "authority" | "apiClientId" | "apiAudiences">;
  /** Whether tenants are listed by name: then others get an explanation. */
  readonly isListed: boolean;
}

/** The list of tenants with a life. */
export interface OpenTenants extends TenantList {
  /**
   * Replaces the list.
   * @throws {PackageMissing} as `openResource`; then the list stays as it is
   */
  replace(tenancy: Tenancy): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the tenants. Nothing is connected before `start`. */
export async function openTenants(tenancy: Tenancy, options: OpenTenantsOptions): Promise<OpenTenants> {
  const held = createHeldTokens(options.now);
  /** By what tells one client from another: a changed key needs a new one. */
  const open = new Map<string, OpenResource>();
  /** By host: whatever the resource is called, ACS counts for its host. */
  const quotas = new Map<string, HostQuota>();
  const closing = new Set<NodeJS.Timeout>();
  let isStarted = false;
  const unlisted: CallerTokenRules = {
    ...options.rules,
    tenantId: "",
    clientIds: [],
    requiredAuthContexts: [],
    standing: "other",
  };
  const list: { -readonly [Member in keyof TenantList]: TenantList[Member] } = {
    byId: new Map(),
    others: unlisted,
    resources: [],
  };

  const hostOf = ({ endpoint }: ResourceSettings) => new URL(endpoint).host;
  const clientKeyOf = ({ name, endpoint, accessKeys }: ResourceSettings) =>
    JSON.stringify([name, endpoint, accessKeys]);

  async function quotaOf(settings: ResourceSettings): Promise<HostQuota> {
    const host = hostOf(settings);
    const known = quotas.get(host);
    if (known) return known;
    const quota = createHostQuota(host, settings, options);
    quotas.set(host, quota);
    if (isStarted) await quota.start();
    return quota;
  }

  async function resourceFor(settings: ResourceSettings): Promise<OpenResource> {
    const quota = await quotaOf(settings);
    await quota.setLimit(settings.exchangesPer30s);
    const key = clientKeyOf(settings);
    const resource = open.get(key) ?? (await openResource(settings, quota, options));
    open.set(key, resource);
    return resource;
  }

  function tenantOf(settings: TenantSettings, whole: Tenancy, opened: readonly Resource[]): Tenant {
    const { id, name, clientIds, requiredAuthContexts, failover, isSuspended } = settings;
    const own = settings.resources.map((index) => ({
      ...(whole.resources[index] as ResourceSettings),
      resource: opened[index] as Resource,
    }));
    const rules = { ...options.rules, tenantId: id, clientIds, requiredAuthContexts };
    return {
      name,
      rules: { ...rules, standing: isSuspended ? "suspended" : "active" },
      share: settings.exchangesPer30s,
      resource: (own[0] as { resource: Resource }).resource,
      routes: own.length === 1 ? undefined : createRoutes({ tenantId: id, candidates: own, failover, held }),
    };
  }

  /** Closes what the list does not use any more, unless a later list uses it again. */
  async function closeUnused(inUse: Tenancy): Promise<void> {
    const keys = new Set(inUse.resources.map(clientKeyOf));
    const hosts = new Set(inUse.resources.map(hostOf));
    for (const [key, resource] of open) {
      if (keys.has(key)) continue;
      open.delete(key);
      await resource.close();
    }
    for (const [host, quota] of quotas) {
      if (hosts.has(host)) continue;
      quotas.delete(host);
      await quota.stop();
    }
  }

  let current = tenancy;
  async function replace(next: Tenancy): Promise<void> {
    const opened: OpenResource[] = [];
    for (const settings of next.resources) opened.push(await resourceFor(settings));
    list.byId = new Map(next.tenants.map((settings) => [settings.id, tenantOf(settings, next, opened)]));
    // Without a list, a token of another tenant is judged as a wrong one of this tenant.
    if (!options.isListed) for (const { rules } of list.byId.values()) list.others = rules;
    list.resources = opened;
    current = next;
    const timer = setTimeout(() => {
      closing.delete(timer);
      closeUnused(current).catch((err: unknown) => options.log.warn({ err }, "an ACS resource could not be closed"));
    }, closeAfterMs).unref();
    closing.add(timer);
  }

  await replace(tenancy);
  return Object.assign(list, {
    replace,
    async start() {
      isStarted = true;
      await Promise.all([...quotas.values()].map((quota) => quota.start()));
    },
    async stop() {
      for (const timer of closing) clearTimeout(timer);
      await Promise.all([...open.values()].map((resource) => resource.close()));
      await Promise.all([...quotas.values()].map((quota) => quota.stop()));
    },
  });
}
