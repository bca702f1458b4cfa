// GET /api/config: what the client needs to know before anyone has signed in. Public; nothing in it is secret.

import { anyOrganization, apiScope, isMicrosoftAuthority, teamsResourceOf } from "@teams-token-exchange/rules";
import { ClientConfig } from "@teams-token-exchange/rules/contract";
import type { FastifyInstance } from "fastify";
import type { Core } from "../../core/core.ts";
import { discoveryUrl, fetchDocument } from "../../entra/fetch-signing-keys.ts";
import { Problem } from "../../problems/problem.ts";
import { callingServiceOf, graphEndpointOf } from "../../runtime/calling-service.ts";
import type { Config } from "../../settings/read-settings.ts";

/** The settings that the page needs. Access keys are not among them. */
export type PageConfig = Pick<Config, "entra" | "teamsPhoneExtensibility" | "graphEndpoint"> & {
  acs: { endpoint: string };
};

type RouteNeeds = Pick<Core, "fetch" | "tenants">;

/**
 * Adds the route. With several tenants, users sign in through `organizations`.
 * MSAL refuses an http authority, but not http endpoints inside the metadata that it is handed; so for any authority but
 * Microsoft's the name is https and the discovery document goes along.
 */
export function addClientConfigRoute(app: FastifyInstance, config: PageConfig, { fetch, tenants }: RouteNeeds): void {
  const { entra, acs, teamsPhoneExtensibility } = config;
  const { authority, apiClientId, apiAudiences } = entra;
  const [apiUri = `api://${apiClientId}`] = apiAudiences;
  const teamsResource = teamsResourceOf(authority);
  const shared = {
    apiScopes: [`${apiUri}/${apiScope}`],
    teamsScopes: [`${teamsResource}/Teams.ManageCalls`, `${teamsResource}/Teams.ManageChats`],
    ...(teamsPhoneExtensibility && {
      teamsPhone: { resourceEndpoint: acs.endpoint, scopes: [`${teamsResource}/TeamsExtension.ManageCalls`] },
    }),
    callingService: callingServiceOf(config),
    graphEndpoint: graphEndpointOf(config),
  };

  /** Whose users sign in, and with which client. The list of tenants may change while the server runs. */
  function signIn() {
    const [first] = tenants.byId.values();
    const [clientId = ""] = first?.rules.clientIds ?? [];
    return { tenantId: tenants.byId.size === 1 && first ? first.rules.tenantId : anyOrganization, clientId };
  }

  async function clientConfig(): Promise<ClientConfig> {
    const { tenantId, clientId } = signIn();
    const common = { tenantId, clientId, ...shared };
    if (isMicrosoftAuthority(authority)) {
      return { ...common, authority: `${authority}/${tenantId}`, knownAuthorities: [] };
    }
    const { host } = new URL(authority);
    const { text: authorityMetadata } = await fetchDocument(discoveryUrl(authority, tenantId), fetch).catch(
      (cause: unknown) => {
        throw new Problem("signing-keys-unavailable", { cause, headers: { "retry-after": "5" } });
      },
    );
    return { ...common, authority: `https://${host}/${tenantId}`, knownAuthorities: [host], authorityMetadata };
  }

  app.get("/api/config", { schema: { response: { 200: ClientConfig } } }, clientConfig);
}
