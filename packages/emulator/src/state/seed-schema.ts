// The schemas of a seed's entries, by list. The control API, seeds and exported states are checked with them.
import {
  boolean,
  httpUri,
  list,
  nullable,
  object,
  oneOf,
  optional,
  partial,
  record,
  rule,
  type Schema,
  someText,
  text,
  textLike,
  tuple,
  uri,
  whole,
} from "./schema.ts";

const id = textLike("an id of letters, digits, '.', '_' and '-'", /^[\w.-]+$/);
const base64 = textLike("base64", /^[\w+/-]+={0,2}$/);
const permission = textLike("a permission without spaces", /^\S+$/);
const permissions = list(permission);
const domain = textLike("a domain, such as contoso.example", /^[\w-]+(\.[\w-]+)*$/);
const upn = textLike("a sign-in name, such as ada@contoso.example", /^[^\s@]+@[^\s@]+$/);
const TEN_YEARS_SECONDS = 315_360_000;

const scope = object("a scope", {
  id,
  value: permission,
  displayName: text,
  adminConsentRequired: optional(boolean),
  isEnabled: optional(boolean),
});

const appRole = object("an app role", {
  id,
  value: permission,
  displayName: text,
  description: optional(text),
  allowedMemberTypes: optional(list(oneOf("Application", "User"))),
  isEnabled: optional(boolean),
});

const appRoleAssignment = object("an app role assignment", {
  principalId: id,
  resourceAppId: id,
  appRoleId: id,
  createdDateTime: text,
});

const federatedCredential = object("a federated credential", {
  id,
  name: someText,
  issuer: httpUri,
  subject: someText,
  audiences: list(someText, 1),
  description: optional(nullable(text)),
});

const redirectUris = object("redirectUris", {
  spa: optional(list(uri)),
  web: optional(list(uri)),
  desktop: optional(list(uri)),
});

/** An entry of each list. */
export const entryMembers = {
  tenants: {
    name: someText,
    id,
    domain,
    displayName: text,
    missingServicePrincipals: optional(list(id)),
    servicePrincipalTags: optional(record(list(text))),
    servicePrincipalOwners: optional(record(list(id))),
    appRoleAssignments: optional(list(appRoleAssignment)),
    userConsentDisabled: optional(boolean),
    mfaRequiredFor: optional(list(id)),
  },
  users: {
    name: someText,
    oid: id,
    tenantId: id,
    upn,
    displayName: text,
    password: text,
    servicePlans: list(text),
    guest: optional(boolean),
    admin: optional(boolean),
  },
  registrations: {
    name: someText,
    appId: id,
    tenantId: optional(id),
    displayName: text,
    multiTenant: optional(boolean),
    signInAudience: optional(text),
    tags: optional(list(text)),
    redirectUris: optional(redirectUris),
    postLogoutRedirectUris: optional(list(uri)),
    logoutUrl: optional(httpUri),
    secrets: optional(list(someText)),
    certificates: optional(list(text)),
    managedIdentity: optional(boolean),
    trustedIdentities: optional(list(id)),
    federatedCredentials: optional(list(federatedCredential)),
    owners: optional(list(id)),
    publicClientFlows: optional(boolean),
    assignedUsers: optional(list(id)),
    identifierUris: optional(list(uri)),
    scopes: optional(list(scope)),
    requiredPermissions: optional(record(permissions)),
    requiredRoles: optional(record(permissions)),
    appRoles: optional(record(permissions)),
    offeredRoles: optional(list(appRole)),
    accessTokenAcceptedVersion: optional(oneOf(1, 2, null)),
    optionalClaims: optional(list(text)),
    preAuthorizedApplications: optional(
      list(object("a pre-authorized application", { appId: id, delegatedPermissionIds: list(id) })),
    ),
  },
  consents: { tenantId: id, clientAppId: id, resourceAppId: id, userOid: optional(id), scopes: permissions },
  acsResources: {
    id,
    name: someText,
    region: text,
    location: text,
    accessKeys: tuple(base64, base64),
    contributors: list(id),
  },
  meetings: {
    name: someText,
    title: optional(someText),
    id: textLike("the thread of a meeting, such as 19:meeting_ZGFpbHk@thread.v2", /^19:meeting_[\w-]+@thread\.v2$/),
    organizerOid: id,
    meetingId: textLike("9 to 16 digits", /^\d{9,16}$/),
    passcode: text,
    lobbyBypass: oneOf("everyone", "organization", "organizer"),
  },
} as const satisfies Record<string, Record<string, Schema>>;

/** The lists of the directory. */
export type Kind = keyof typeof entryMembers;

const names: Record<Kind, string> = {
  tenants: "a tenant",
  users: "a user",
  registrations: "a registration",
  consents: "a consent",
  acsResources: "an ACS resource",
  meetings: "a meeting",
};

/** The schema of a whole entry. */
export const entrySchema = (kind: Kind): Schema => object(names[kind], entryMembers[kind]);

/** The schema of some members of an entry. */
export const entryPartSchema = (kind: Kind): Schema => object(names[kind], partial(entryMembers[kind]));

const lifetime = whole(0, TEN_YEARS_SECONDS);
const lifetimeMembers = object("accessTokenLifetime", { min: lifetime, max: lifetime });

const accessTokenLifetime: Schema = {
  optional: false,
  problem: (value, path) => {
    const { min, max } = (value ?? {}) as { min: number; max: number };
    return (
      lifetimeMembers.problem(value, path) ?? (min > max ? `${path}.min must not be above ${path}.max` : undefined)
    );
  },
};

const seconds = optional(whole(0, TEN_YEARS_SECONDS));

const settingsMembers = {
  accessTokenLifetime,
  blockThirdPartyCookies: boolean,
  deviceCodeInterval: rule(
    "a number of seconds, 0 or more",
    (value) => Number.isFinite(value) && (value as number) >= 0,
  ),
  acsQuotas: record(whole(0, Number.MAX_SAFE_INTEGER)),
  calling: optional(
    object("calling", {
      ringSeconds: seconds,
      lobbySeconds: seconds,
      reconnectSeconds: seconds,
      tokenGraceSeconds: seconds,
      phoneAnswerSeconds: seconds,
    }),
  ),
};

/** All settings. */
export const settingsSchema: Schema = object("the settings", settingsMembers);

/** Some settings, as the control API takes them. */
export const settingsPartSchema: Schema = object("the settings", partial(settingsMembers));

/** The members of a seed. */
export const seedMembers = {
  tenants: list(entrySchema("tenants")),
  users: list(entrySchema("users")),
  registrations: list(entrySchema("registrations")),
  consents: list(entrySchema("consents")),
  acsResources: list(entrySchema("acsResources")),
  meetings: optional(list(entrySchema("meetings"))),
  settings: settingsSchema,
};

/** One of the lists of the directory. */
export const kind: Schema = rule(`one of: ${Object.keys(entryMembers).join(", ")}`, (value) => {
  return typeof value === "string" && Object.hasOwn(entryMembers, value);
});
