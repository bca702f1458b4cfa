// What a deployment's registrations shall hold, as plain data. The rest of this folder brings a tenant to it.
import type { Application, ServicePrincipal } from "../graph/objects.ts";

/** The delegated scope that the API exposes. */
export const exposedScope = {
  // Always the same, so that a second run knows its own work; scope ids must be unique within one application only.
  id: "6f3b5a1e-52c4-4d0e-9a67-3c1d8be40a11",
  value: "access_as_user",
  type: "User",
  isEnabled: true,
  adminConsentDisplayName: "Exchange Teams tokens",
  adminConsentDescription:
    "Lets the app exchange the signed-in user's Teams token for a token of Azure Communication Services.",
  userConsentDisplayName: "Exchange your Teams token",
  userConsentDescription: "Lets the app exchange your Teams token for a token of Azure Communication Services.",
} as const;

/** The optional claim by which the API learns whether its client understands claims challenges. */
export const capabilitiesClaim = { name: "xms_cc", source: null, essential: false, additionalProperties: [] };

/** The two applications. */
export type Role = "api" | "client";

/** What is desired of one deployment. */
export interface DesiredState {
  readonly names: Readonly<Record<Role, string>>;
  /** The tags of everything that register creates. Nothing else is ever removed. */
  readonly tags: Readonly<Record<Role | "acs", string>>;
  /** Of the SPA platform. */
  readonly redirectUris: readonly string[];
}

/** What there is. */
export interface Directory {
  readonly applications: Readonly<Partial<Record<Role, Application>>>;
  readonly principals: Readonly<Partial<Record<Role | "acs", ServicePrincipal>>>;
}

/** The page itself, and the bridge that MSAL needs in the same folder. An address without a file is that of a folder. */
export function redirectUrisOf(page: URL): string[] {
  const isFile = /\.html?$/.test(page.pathname);
  const address = isFile || page.pathname.endsWith("/") ? page : new URL(`${page.pathname}/`, page);
  return [address.href, new URL("redirect.html", address).href];
}

/**
 * Describes a deployment.
 * @param instance its name: letters, digits and dashes; one tenant can hold several
 */
export function describeDesiredState(instance: string, pages: readonly URL[]): DesiredState {
  const suffix = instance === "default" ? "" : ` (${instance})`;
  const tag = (role: string) => `teams-token-exchange:${instance}:${role}`;
  return {
    names: { api: `Teams Token Exchange API${suffix}`, client: `Teams Token Exchange Client${suffix}` },
    tags: { api: tag("api"), client: tag("client"), acs: tag("acs") },
    redirectUris: [...new Set(pages.flatMap(redirectUrisOf))],
  };
}
