// User realm discovery: MSAL for .NET, Java and Go ask it before a password grant, whether another identity provider
// has the password.
import type { Operation } from "../http/operation.ts";

const operation = (segment: string): Operation => ({
  name: "userrealm",
  method: "GET",
  path: `/:tenant/${segment}/:user`,
  handle: ({ state }, request) => {
    const domain = (request.params["user"] ?? "").split("@").at(-1)?.toLowerCase() ?? "";
    const isKnown = state.tenants.some((tenant) => tenant.domain === domain);
    return {
      status: 200,
      body: {
        ver: "1.0",
        account_type: isKnown ? "Managed" : "Unknown",
        domain_name: domain,
        cloud_instance_name: new URL(request.origin).host,
        cloud_audience_urn: "urn:federation:MicrosoftOnline",
      },
    };
  },
});

/** GET /common/userrealm/{user}. Clients differ in its spelling. */
export const userRealm: readonly Operation[] = [operation("userrealm"), operation("UserRealm")];
