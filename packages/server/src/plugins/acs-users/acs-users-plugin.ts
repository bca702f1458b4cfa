// ACS users that stand for users of Entra ID, as Microsoft's original sample has them: /api/user and /api/token. A mapping
// from one to the other is stored in Microsoft Graph, in PostgreSQL or in a folder.
import { randomUUID } from "node:crypto";
import type { AcsConnection } from "../../acs/acs-connection.ts";
import { createResilience } from "../../acs/resilience.ts";
import type { Resilience } from "../../acs/resilience-types.ts";
import type { Plugin } from "../../core/plugin.ts";
import type { Tenant } from "../../resources/tenant.ts";
import type { Config } from "../../settings/read-settings.ts";
import { createAcsUsersClient } from "./acs-users-client.ts";
import { addAcsUsersRoutes } from "./acs-users-route.ts";
import { openMappingStore } from "./mappings/open-mapping-store.ts";
import { createResilientUsers, type ResilientUsers } from "./resilient-users.ts";
import { revokeDenied } from "./revoke-denied.ts";

/** Calls about ACS users at the same time. Half of the connections stay free for exchanges. */
const maxUserCalls = 25;

/** The plugin. @throws {PackageMissing} at `createApp`, if the store of the mappings needs a package that is not installed */
export const acsUsers = ({ entra, mappings, network }: Pick<Config, "entra" | "mappings" | "network">): Plugin => ({
  name: "acs-users",
  async addPrivateRoutes(scope, { tenants, denyList, deadlineMs, monotonicNow, fetch, log }) {
    const resiliences = new Map<AcsConnection, Resilience>();
    const clients = new WeakMap<AcsConnection, ResilientUsers>();
    /** A user's tokens can come only from the resource that made the user: the first one of the tenant's list. */
    function usersOf({ resource: { acs } }: Tenant): ResilientUsers {
      const known = clients.get(acs);
      if (known) return known;
      // A separate circuit breaker: failures for ACS users say nothing about exchanges.
      const resilience = createResilience({ maxInFlight: maxUserCalls, monotonicNow });
      const users = createResilientUsers(createAcsUsersClient(acs), resilience);
      resiliences.set(acs, resilience);
      clients.set(acs, users);
      return users;
    }
    const stopRevoking = revokeDenied({
      denyList,
      usersOf(tenantId) {
        const tenant = tenants.byId.get(tenantId);
        return tenant && usersOf(tenant);
      },
      log,
      deadlineMs,
    });
    const store = await openMappingStore(mappings, { entra, fetch, proxy: network.proxy, log });
    scope.addHook("onClose", async () => {
      stopRevoking();
      for (const resilience of resiliences.values()) resilience.stop();
      await store.close();
    });
    addAcsUsersRoutes(scope, { usersOf, store, newKey: randomUUID, denyList, deadlineMs });
  },
});
