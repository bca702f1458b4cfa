// The quota of one ACS resource, whose limit may change while the server runs.
import { observeWith } from "../observability/telemetry.ts";
import { createQuota, type RunningQuota } from "../quota/create-quota.ts";
import type { ExchangeQuota } from "../quota/exchange-quota.ts";
import { defaultQuotaTimes } from "../quota/quota-guard.ts";
import type { ResourceSettings } from "../settings/tenants-file.ts";
import type { ResourceNeeds } from "./open-resource.ts";

/** A quota that stays the same object when its limit changes. */
export interface HostQuota extends RunningQuota {
  /** Changes the limit, in exchanges per 30 s; 0 for no limit. */
  setLimit(limit: number): Promise<void>;
}

/**
 * Makes the quota. Nothing is sent to Redis before `start`.
 * @param host names it in Redis: whatever the resource is called, ACS counts for its host
 */
export function createHostQuota(host: string, settings: ResourceSettings, needs: ResourceNeeds): HostQuota {
  const { telemetry, redis, quotaTimes: times, monotonicNow, log } = needs;
  const { windowMs } = times ?? defaultQuotaTimes;
  let limit = settings.exchangesPer30s;
  let isStarted = false;
  const observe = () => observeWith(telemetry, settings.name === undefined ? {} : { resource: settings.name });
  let observed = observe();
  const create = () => createQuota({ limit, times, resource: host, redis, telemetry: observed, monotonicNow, log });
  let inUse = create();

  /** In memory, the old quota knows the calls of the last window, so both decide until these have left it. */
  function both(former: ExchangeQuota, next: ExchangeQuota): ExchangeQuota {
    const untilMs = monotonicNow() + windowMs;
    const counts = () => monotonicNow() <= untilMs;
    return {
      async take(caller) {
        if (counts()) await former.take(caller);
        await next.take(caller);
      },
      tryTake: async (caller) => (!counts() || (await former.tryTake(caller))) && next.tryTake(caller),
    };
  }

  // Requests call the members of the quota in use itself; a new limit replaces them.
  const quota: HostQuota = {
    take: inUse.take,
    tryTake: inUse.tryTake,
    async setLimit(next) {
      if (next === limit) return;
      limit = next;
      observed.end();
      observed = observe();
      const [former, counted] = [inUse, { take: quota.take, tryTake: quota.tryTake }];
      inUse = create();
      if (isStarted) await inUse.start();
      // Redis knows the calls of both under one name.
      const { take, tryTake } = redis ? inUse : both(counted, inUse);
      Object.assign(quota, { take, tryTake });
      if (redis) await former.stop();
    },
    async start() {
      isStarted = true;
      await inUse.start();
    },
    async stop() {
      observed.end();
      await inUse.stop();
    },
  };
  return quota;
}
