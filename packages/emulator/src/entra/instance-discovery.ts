// Instance discovery: which login hosts belong to one cloud. MSAL calls it for authorities that it does not know.
import type { Operation } from "../http/operation.ts";
import { anyOrigin } from "./discovery.ts";

/** GET /common/discovery/instance: the emulator is the only host of its cloud. */
export const instanceDiscovery: readonly Operation[] = [
  {
    name: "instanceDiscovery",
    method: "GET",
    path: "/:tenant/discovery/instance",
    handle: (_world, request) => {
      const { host } = new URL(request.origin);
      return {
        status: 200,
        headers: anyOrigin,
        body: {
          tenant_discovery_endpoint: `${request.origin}/common/v2.0/.well-known/openid-configuration`,
          "api-version": "1.1",
          metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
        },
      };
    },
  },
];
