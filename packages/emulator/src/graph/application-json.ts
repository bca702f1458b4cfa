// Converts a registration to Graph's application object, and the members of a Graph request to changes of it.

import { guidFromText } from "../crypto/random-values.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { RedirectUris, Registration, Scope } from "../state/seed-types.ts";

/** Object ids differ from app ids, as in Entra. A client that confuses the two fails here too. */
export const applicationId = ({ appId }: Registration): string => guidFromText(`application ${appId}`);

/** A permission as `api.oauth2PermissionScopes` lists it. */
export const scopeJson = ({ id, value, displayName, adminConsentRequired, isEnabled = true }: Scope): object => ({
  id,
  value,
  isEnabled,
  type: adminConsentRequired ? "Admin" : "User",
  adminConsentDisplayName: displayName,
  adminConsentDescription: displayName,
  userConsentDisplayName: displayName,
  userConsentDescription: displayName,
});

function requiredResourceAccessJson({ registrations }: EmulatorContext["state"], app: Registration): object[] {
  return Object.entries(app.requiredPermissions ?? {}).map(([resourceAppId, values]) => {
    const resource = registrations.find((candidate) => candidate.appId === resourceAppId);
    const ids = (resource?.scopes ?? [])
      .filter(({ value }) => values.includes(value))
      .map(({ id }) => ({ id, type: "Scope" }));
    return { resourceAppId, resourceAccess: ids };
  });
}

/** The application object. */
export function applicationJson(state: EmulatorContext["state"], app: Registration): object {
  const accessToken = (app.optionalClaims ?? []).map((name) => ({
    name,
    source: null,
    essential: false,
    additionalProperties: [],
  }));
  return {
    id: applicationId(app),
    appId: app.appId,
    displayName: app.displayName,
    tags: app.tags ?? [],
    signInAudience: app.signInAudience ?? (app.multiTenant ? "AzureADMultipleOrgs" : "AzureADMyOrg"),
    identifierUris: app.identifierUris ?? [],
    spa: { redirectUris: app.redirectUris?.spa ?? [] },
    web: { redirectUris: app.redirectUris?.web ?? [], logoutUrl: app.logoutUrl ?? null },
    publicClient: { redirectUris: app.redirectUris?.desktop ?? [] },
    isFallbackPublicClient: app.publicClientFlows ?? false,
    requiredResourceAccess: requiredResourceAccessJson(state, app),
    optionalClaims: { accessToken, idToken: [], saml2Token: [] },
    api: {
      requestedAccessTokenVersion: app.accessTokenAcceptedVersion ?? null,
      oauth2PermissionScopes: (app.scopes ?? []).map(scopeJson),
      preAuthorizedApplications: app.preAuthorizedApplications ?? [],
    },
  };
}

const redirectUrisOf = (value: unknown): string[] => {
  const uris = (value as { redirectUris?: unknown } | undefined)?.redirectUris;
  return Array.isArray(uris) ? uris.map(String) : [];
};

function requiredPermissions(context: EmulatorContext, value: unknown): Record<string, string[]> {
  const list = Array.isArray(value) ? (value as { resourceAppId: string; resourceAccess?: { id: string }[] }[]) : [];
  return Object.fromEntries(
    list.map(({ resourceAppId, resourceAccess = [] }) => {
      const scopes = context.state.registrations.find(({ appId }) => appId === resourceAppId)?.scopes ?? [];
      const ids = resourceAccess.map(({ id }) => id);
      return [resourceAppId, scopes.filter(({ id }) => ids.includes(id)).map(({ value: name }) => name)];
    }),
  );
}

/** The members of `api` that are supported. */
interface ApiPart {
  requestedAccessTokenVersion?: 1 | 2 | null;
  oauth2PermissionScopes?: {
    id: string;
    value: string;
    type?: string;
    isEnabled?: boolean;
    adminConsentDisplayName?: string;
  }[];
  preAuthorizedApplications?: { appId: string; delegatedPermissionIds: string[] }[];
}

function apiChanges(api: ApiPart): Partial<Registration> {
  const { requestedAccessTokenVersion: version, oauth2PermissionScopes, preAuthorizedApplications } = api;
  const scopes = oauth2PermissionScopes?.map(({ id, value, type, isEnabled, adminConsentDisplayName }) => ({
    id,
    value,
    displayName: adminConsentDisplayName ?? value,
    ...(type === "Admin" ? { adminConsentRequired: true } : {}),
    ...(isEnabled === false ? { isEnabled } : {}),
  }));
  return {
    ...(version === undefined ? {} : { accessTokenAcceptedVersion: version }),
    ...(scopes ? { scopes } : {}),
    ...(preAuthorizedApplications ? { preAuthorizedApplications } : {}),
  };
}

function changedRedirects(app: Registration, body: Record<string, unknown>): RedirectUris {
  return {
    ...app.redirectUris,
    ...(body["spa"] ? { spa: redirectUrisOf(body["spa"]) } : {}),
    ...(body["web"] ? { web: redirectUrisOf(body["web"]) } : {}),
    ...(body["publicClient"] ? { desktop: redirectUrisOf(body["publicClient"]) } : {}),
  };
}

/** Applies the members of a Graph request to the registration. */
export function changeApplication(context: EmulatorContext, app: Registration, body: Record<string, unknown>): void {
  const { displayName, signInAudience, identifierUris, isFallbackPublicClient, tags, optionalClaims } = body;
  const { accessToken } = (optionalClaims ?? {}) as { accessToken?: { name: string }[] };
  Object.assign(app, {
    ...(displayName === undefined ? {} : { displayName: String(displayName) }),
    ...(signInAudience === undefined
      ? {}
      : { signInAudience, multiTenant: String(signInAudience).startsWith("AzureADMultipleOrgs") }),
    ...(Array.isArray(identifierUris) ? { identifierUris: identifierUris.map(String) } : {}),
    ...(Array.isArray(tags) ? { tags: tags.map(String) } : {}),
    ...(isFallbackPublicClient === undefined ? {} : { publicClientFlows: isFallbackPublicClient === true }),
    ...(accessToken ? { optionalClaims: accessToken.map(({ name }) => name) } : {}),
    ...(body["api"] ? apiChanges(body["api"] as ApiPart) : {}),
    ...(body["requiredResourceAccess"]
      ? { requiredPermissions: requiredPermissions(context, body["requiredResourceAccess"]) }
      : {}),
    redirectUris: changedRedirects(app, body),
  });
}
