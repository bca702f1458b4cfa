// A tenant and its resources as a request sees them. A reload replaces them; a request keeps the ones that it began with.
import type { CallerTokenRules } from "@teams-token-exchange/rules";
import type { AcsConnection } from "../acs/acs-connection.ts";
import type { ResilientIdentity } from "../acs/resilience-types.ts";
import type { ExchangeQuota } from "../quota/exchange-quota.ts";

/** One ACS resource, with all that is its own: connections, keys, circuit breaker and quota. */
export interface Resource {
  /** For logs and metrics; undefined for the resource of ACS_CONNECTION_STRING. */
  readonly name: string | undefined;
  /** The exchange's client of ACS, with retries and a circuit breaker. */
  readonly identity: ResilientIdentity;
  /** The connection for other calls to ACS. */
  readonly acs: AcsConnection;
  readonly quota: ExchangeQuota;
}

/** Which of several resources serves a user. */
export interface Routes {
  /** The resource for the user's next exchange. The ID is a lower-case GUID. */
  resourceOf(objectId: string): Resource;
  /** Notes that the user holds a token of this resource until a time. */
  served(objectId: string, resource: Resource, expiresOn: Date): void;
}

/** A tenant whose users may call. */
export interface Tenant {
  /** For logs and metrics; undefined for the tenant of ENTRA_TENANT_ID. */
  readonly name: string | undefined;
  readonly rules: CallerTokenRules;
  /** Its share of the quota of each of its resources, in exchanges per 30 s; undefined for an equal share. */
  readonly share: number | undefined;
  /** Its only resource, or the first of several. It holds the tenant's ACS users. */
  readonly resource: Resource;
  /** Undefined if there is only one resource. */
  readonly routes: Routes | undefined;
}

/** The tenants at this moment. A reload replaces each member. */
export interface TenantList {
  /** By directory ID, in lower case. */
  readonly byId: ReadonlyMap<string, Tenant>;
  /** The rules for a token of any other tenant. */
  readonly others: CallerTokenRules;
  readonly resources: readonly Resource[];
}

declare module "fastify" {
  interface FastifyRequest {
    /** The caller's tenant. Set on every route inside the authenticated scope, before its handler runs. */
    tenant: Tenant;
  }
}
