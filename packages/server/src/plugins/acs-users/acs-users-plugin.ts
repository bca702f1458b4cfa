// ACS users that stand for users of Entra ID, as Microsoft's original sample has them: /api/user and /api/token. A mapping
// from one to the other is stored in Microsoft Graph, in PostgreSQL or in a folder.
import { randomUUID } from "node:crypto";
import { createResilience } from "../../acs/resilience.ts";
import type { Plugin } from "../../core/plugin.ts";
import type { Config } from "../../settings/read-settings.ts";
import { createAcsUsersClient } from "./acs-users-client.ts";
import { addAcsUsersRoutes } from "./acs-users-route.ts";
import { openMappingStore } from "./mappings/open-mapping-store.ts";
import { createResilientUsers } from "./resilient-users.ts";
import { revokeDenied } from "./revoke-denied.ts";

/** Calls about ACS users at the same time. Half of the connections stay free for exchanges. */
const maxUserCalls = 25;

/** The plugin. @throws {PackageMissing} at `createApp`, if the store of the mappings needs a package that is not installed */
export const acsUsers = ({ entra, mappings, network }: Pick<Config, "entra" | "mappings" | "network">): Plugin => ({
  name: "acs-users",
  async addPrivateRoutes(scope, { acs, denyList, deadlineMs, monotonicNow, fetch, log }) {
    // A separate circuit breaker: failures for ACS users say nothing about exchanges.
    const resilience = createResilience({ maxInFlight: maxUserCalls, monotonicNow });
    const users = createResilientUsers(createAcsUsersClient(acs), resilience);
    const stopRevoking = revokeDenied({ denyList, users, log, deadlineMs });
    const store = await openMappingStore(mappings, { entra, fetch, proxy: network.proxy, log });
    scope.addHook("onClose", async () => {
      stopRevoking();
      resilience.stop();
      await store.close();
    });
    addAcsUsersRoutes(scope, { users, store, newKey: randomUUID, denyList, deadlineMs });
  },
});
