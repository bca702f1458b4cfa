// Converts a registration to Graph's application object, and the members of a Graph request to changes of it.

import { guidFromText } from "../crypto/random-values.ts";
import { rolesOf } from "../entra/app-roles.ts";
import { registrationById } from "../entra/directory.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { AppRole, RedirectUris, Registration, Scope } from "../state/seed-types.ts";
import { changedKeys, type KeyCredential, keyJson } from "./application-keys.ts";
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

/** An app role as `appRoles` lists it. */
export const appRoleJson = ({ description, allowedMemberTypes, isEnabled = true, ...role }: AppRole): object => ({
  ...role,
  description: description ?? role.displayName,
  allowedMemberTypes: allowedMemberTypes ?? ["Application", "User"],
  isEnabled,
  origin: "Application",
});

function requiredResourceAccessJson({ registrations }: EmulatorContext["state"], app: Registration): object[] {
  const { requiredPermissions = {}, requiredRoles = {} } = app;
  const appIds = new Set([...Object.keys(requiredPermissions), ...Object.keys(requiredRoles)]);
  return [...appIds].map((resourceAppId) => {
    const resource = registrations.find((candidate) => candidate.appId === resourceAppId);
    const idsOf = (offered: readonly { id: string; value: string }[], values: readonly string[], type: string) =>
      offered.filter(({ value }) => values.includes(value)).map(({ id }) => ({ id, type }));
    return {
      resourceAppId,
      resourceAccess: [
        ...idsOf(resource?.scopes ?? [], requiredPermissions[resourceAppId] ?? [], "Scope"),
        ...idsOf(resource ? rolesOf(resource) : [], requiredRoles[resourceAppId] ?? [], "Role"),
      ],
    };
  });
}

/** A secret without its text, as Graph shows it later. */
export const passwordJson = (secret: string) => ({
  keyId: guidFromText(`secret ${secret}`),
  hint: secret.slice(0, 3),
  displayName: null,
  secretText: null,
});

const credentialsJson = ({ secrets = [], certificates = [] }: Registration) => ({
  passwordCredentials: secrets.map(passwordJson),
  keyCredentials: certificates.map(keyJson),
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
    ...credentialsJson(app),
    appRoles: (app.offeredRoles ?? []).map(appRoleJson),
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

interface RequiredAccess {
  resourceAppId: string;
  resourceAccess: { id: string; type: "Scope" | "Role" }[];
}

/** The required permissions of one type, by resource app id. @throws GraphError 400 for one that does not exist */
function requiredOf(
  { state }: EmulatorContext,
  required: readonly RequiredAccess[],
  type: "Scope" | "Role",
): Record<string, string[]> {
  const entries = required.map(({ resourceAppId, resourceAccess }): [string, string[]] => {
    const resource = registrationById(state, resourceAppId.toLowerCase());
    const offered = resource ? (type === "Scope" ? (resource.scopes ?? []) : rolesOf(resource)) : [];
    const ids = resourceAccess.filter((access) => access.type === type).map(({ id }) => id.toLowerCase());
    const unknown = ids.find((id) => !offered.some((one) => one.id === id));
    if (unknown !== undefined) {
      throw badRequest(`The resource ${resourceAppId} has no permission with the id ${unknown}.`);
    }
    const values = offered.filter((one) => ids.includes(one.id)).map(({ value }) => value);
    return [resource?.appId ?? resourceAppId, values];
  });
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}

const requiredAccess = (context: EmulatorContext, required: readonly RequiredAccess[]): Partial<Registration> => ({
  requiredPermissions: requiredOf(context, required, "Scope"),
  requiredRoles: requiredOf(context, required, "Role"),
});

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

/** @throws GraphError 400 if two roles have the same id or value */
function offeredRoles(roles: readonly AppRole[]): AppRole[] {
  for (const member of ["id", "value"] as const) {
    if (new Set(roles.map((role) => role[member].toLowerCase())).size < roles.length) {
      throw badRequest(`Property appRoles has more than one role with the same ${member}.`);
    }
  }
  return roles.map(({ id, value, displayName, description, allowedMemberTypes, isEnabled }) => ({
    id: id.toLowerCase(),
    value,
    displayName,
    ...(description ? { description } : {}),
    ...(allowedMemberTypes ? { allowedMemberTypes } : {}),
    ...(isEnabled === false ? { isEnabled } : {}),
  }));
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
      ? requiredAccess(context, body["requiredResourceAccess"] as RequiredAccess[])
      : {}),
    ...(body["appRoles"] ? { offeredRoles: offeredRoles(body["appRoles"] as AppRole[]) } : {}),
    ...(body["keyCredentials"] ? { certificates: changedKeys(app, body["keyCredentials"] as KeyCredential[]) } : {}),
    ...(logoutUrl === undefined ? {} : { logoutUrl: logoutUrl ?? undefined }),
    redirectUris: changedRedirects(app, body),
  });
}
