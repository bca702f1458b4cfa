// Where an administrator consents for a whole organisation.
import type { ClientConfig } from "@teams-token-exchange/rules/contract";

/**
 * The tenant's admin consent page for this client, at the host that really serves it: where metadata are configured,
 * the authority is only a name, and the endpoints are in the metadata.
 */
export function adminConsentUrl(config: ClientConfig, origin: string): string {
  const url = new URL(`/${config.tenantId}/adminconsent`, loginOrigin(config));
  url.searchParams.set("client_id", config.clientId);
  url.searchParams.set("redirect_uri", `${origin}/redirect.html`);
  return url.href;
}

function loginOrigin({ authority, authorityMetadata }: ClientConfig): string {
  if (authorityMetadata === undefined) return new URL(authority).origin;
  const { authorization_endpoint: endpoint } = JSON.parse(authorityMetadata) as { authorization_endpoint?: unknown };
  return new URL(typeof endpoint === "string" ? endpoint : authority).origin;
}
