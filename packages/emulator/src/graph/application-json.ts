// Converts a registration to Graph's application object, and the members of a Graph request to changes of it.

import { guidFromText } from "../crypto/random-values.ts";
import type { EmulatorContext } from "../http/context.ts";
import {
  boolean,
  httpUri,
  list,
  nullable,
  object,
  oneOf,
  optional,
  rule,
  someText,
  text,
  textLike,
  uri,
} from "../state/schema.ts";
import type { RedirectUris, Registration, Scope } from "../state/seed-types.ts";
import { badRequest } from "./graph-error.ts";

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

/** A secret without its text, as Graph shows it later. */
export const passwordJson = (secret: string) => ({
  keyId: guidFromText(`secret ${secret}`),
  hint: secret.slice(0, 3),
  displayName: null,
  secretText: null,
});

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
    passwordCredentials: (app.secrets ?? []).map(passwordJson),
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
      const unknown = ids.find((id) => !scopes.some((scope) => scope.id === id));
      if (unknown !== undefined)
        throw badRequest(`The resource ${resourceAppId} has no permission with the id ${unknown}.`);
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
    ...((body["web"] as { redirectUris?: unknown } | undefined)?.redirectUris
      ? { web: redirectUrisOf(body["web"]) }
      : {}),
    ...(body["publicClient"] ? { desktop: redirectUrisOf(body["publicClient"]) } : {}),
  };
}

const redirects = object("redirectUris", { redirectUris: optional(list(uri)) });
const noClaims = rule("an empty list, because the emulator supports it only for access tokens", (value) => {
  return Array.isArray(value) && value.length === 0;
});
const claim = object("an optional claim", {
  name: someText,
  source: optional(rule("null", (value) => value === null)),
  essential: optional(boolean),
  additionalProperties: optional(list(text)),
});
const id = textLike("an id", /^[\w.-]+$/);
const permissionScope = object("a permission", {
  id,
  value: textLike("a name without spaces", /^\S+$/),
  type: optional(oneOf("User", "Admin")),
  isEnabled: optional(boolean),
  adminConsentDisplayName: optional(text),
  adminConsentDescription: optional(text),
  userConsentDisplayName: optional(nullable(text)),
  userConsentDescription: optional(nullable(text)),
});

/** The members of an application that a request may have. */
export const applicationSchema = object("an application", {
  displayName: optional(someText),
  signInAudience: optional(
    oneOf("AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"),
  ),
  tags: optional(list(text)),
  identifierUris: optional(list(uri)),
  isFallbackPublicClient: optional(nullable(boolean)),
  spa: optional(redirects),
  publicClient: optional(redirects),
  web: optional(object("web", { redirectUris: optional(list(uri)), logoutUrl: optional(nullable(httpUri)) })),
  optionalClaims: optional(
    object("optionalClaims", {
      accessToken: optional(list(claim)),
      idToken: optional(noClaims),
      saml2Token: optional(noClaims),
    }),
  ),
  api: optional(
    object("api", {
      requestedAccessTokenVersion: optional(oneOf(1, 2, null)),
      oauth2PermissionScopes: optional(list(permissionScope)),
      preAuthorizedApplications: optional(
        list(object("a pre-authorized application", { appId: id, delegatedPermissionIds: list(id) })),
      ),
    }),
  ),
  requiredResourceAccess: optional(
    list(
      object("required access", {
        resourceAppId: id,
        resourceAccess: list(object("a permission", { id: someText, type: oneOf("Scope") })),
      }),
    ),
  ),
});

/** Applies the members of a Graph request to the registration. @throws GraphError 400 before anything changes */
export function changeApplication(context: EmulatorContext, app: Registration, body: Record<string, unknown>): void {
  const logoutUrl = (body["web"] as { logoutUrl?: string | null } | undefined)?.logoutUrl;
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
    ...(logoutUrl === undefined ? {} : { logoutUrl: logoutUrl ?? undefined }),
    redirectUris: changedRedirects(app, body),
  });
}
