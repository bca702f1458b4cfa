// Opens one ACS resource: its connections, its keys, its circuit breaker, and its part of the metrics.
import type { FastifyBaseLogger } from "fastify";
import { type AcsConnection, acsCredential } from "../acs/acs-connection.ts";
import { createAcsIdentity } from "../acs/acs-identity.ts";
import { measureIdentity } from "../acs/measured-identity.ts";
import { createResilience, createResilientIdentity } from "../acs/resilience.ts";
import { createTransport } from "../acs/transport.ts";
import { callerKey } from "../entra/authenticate.ts";
import type { Telemetry } from "../observability/telemetry.ts";
import type { ExchangeQuota } from "../quota/exchange-quota.ts";
import type { QuotaTimes } from "../quota/quota-guard.ts";
import type { Redis } from "../redis/redis.ts";
import type { NetworkSettings } from "../settings/network-settings.ts";
import type { ResourceSettings } from "../settings/tenants-file.ts";
import type { Resource } from "./tenant.ts";

/** Connections to one resource. As many requests again may wait for one. */
const maxConnections = 50;

/** What all resources share. */
export interface ResourceNeeds {
  readonly fetch: typeof fetch;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that only ever grow. */
  readonly monotonicNow: () => number;
  readonly log: FastifyBaseLogger;
  readonly telemetry: Telemetry;
  readonly network: NetworkSettings;
  readonly redis: Redis | undefined;
  readonly quotaTimes: QuotaTimes | undefined;
  /** Allows http endpoints; only ever true for an emulator on loopback. */
  readonly allowInsecureConnection: boolean;
  /** Called for each ACS token that does not say in a known form whose it is. */
  readonly onUnknownTokenForm: () => void;
}

/** A resource that can be closed. */
export interface OpenResource extends Resource {
  close(): Promise<void>;
}

/**
 * Opens it. Nothing is connected before the first call.
 * @throws {PackageMissing} if it needs the package @azure/identity and that is not installed
 */
export async function openResource(
  { name, endpoint, accessKeys }: ResourceSettings,
  quota: ExchangeQuota,
  { fetch, now, monotonicNow, telemetry, network, allowInsecureConnection, onUnknownTokenForm }: ResourceNeeds,
): Promise<OpenResource> {
  const credential = await acsCredential(accessKeys, fetch);
  const transport = createTransport(endpoint, maxConnections, network);
  const acs: AcsConnection = { endpoint, allowInsecureConnection, credential, transport, now };
  const client = createAcsIdentity({ ...acs, onUnknownTokenForm });
  const measured = measureIdentity(client, { telemetry, endpoint, resource: name, monotonicNow });
  const resilience = createResilience({ maxInFlight: 2 * maxConnections, monotonicNow });
  const identity = createResilientIdentity(measured, resilience, ({ caller, tenant }) =>
    quota.tryTake({ tenant: caller.tenantId, share: tenant?.share, caller: callerKey(caller) }),
  );
  return {
    name,
    identity,
    acs,
    quota,
    async close() {
      resilience.stop();
      await transport.close();
    },
  };
}
