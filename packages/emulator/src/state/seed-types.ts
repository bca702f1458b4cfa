// The types of a seed file, which are also those that the control API shows. Everything is plain JSON data.

/** An Entra tenant. `name` is a short name for tests and the control API; Entra has only the id and the domain. */
export interface Tenant {
  name: string;
  /** GUID. */
  id: string;
  domain: string;
  displayName: string;
  /** Resources (app ids) without a service principal in this tenant: requests for them fail with AADSTS650052. */
  missingServicePrincipals?: string[];
  /** Tags of service principals, by app id. */
  servicePrincipalTags?: Record<string, string[]>;
  /** Owners of service principals (object ids), by app id. */
  servicePrincipalOwners?: Record<string, string[]>;
  /** App roles of users and service principals, besides the `appRoles` of the registrations. */
  appRoleAssignments?: AppRoleAssignment[];
  /** "Users can consent to apps: no": all users except administrators get AADSTS90094. */
  userConsentDisabled?: boolean;
  /** Resources (app ids) for which a conditional-access policy requires multi-factor authentication. */
  mfaRequiredFor?: string[];
}

/** A work account. */
export interface User {
  name: string;
  /** Object id, a GUID. */
  oid: string;
  tenantId: string;
  upn: string;
  displayName: string;
  password: string;
  /** Service plans as Graph's licenseDetails names them; a Teams user needs TEAMS1 or a similar plan. */
  servicePlans: string[];
  /** Invited from another tenant. */
  guest?: boolean;
  /** May consent for the whole tenant. */
  admin?: boolean;
}

/** A delegated permission that a resource offers. */
export interface Scope {
  /** GUID. */
  id: string;
  value: string;
  displayName: string;
  adminConsentRequired?: boolean;
  /** False if the permission is disabled: no token gets it. */
  isEnabled?: boolean;
}

/** An application permission, or a role of users, that a resource offers. */
export interface AppRole {
  /** GUID. */
  id: string;
  value: string;
  displayName: string;
  description?: string;
  /** Default: both. */
  allowedMemberTypes?: ("Application" | "User")[];
  isEnabled?: boolean;
}

/** An app role of a user or a service principal. */
export interface AppRoleAssignment {
  /** Object id of the user or the service principal. */
  principalId: string;
  resourceAppId: string;
  /** Id of a role that the resource offers; the zero GUID for access without a role. */
  appRoleId: string;
  createdDateTime: string;
}

/** Another identity provider whose tokens a client can use to authenticate. */
export interface FederatedCredential {
  id: string;
  name: string;
  /** Its discovery document names the keys of its tokens. */
  issuer: string;
  subject: string;
  /** One audience. */
  audiences: string[];
  description?: string | null;
}

/** Redirect URIs by platform: the platform decides how the code must be redeemed. */
export interface RedirectUris {
  spa?: string[];
  web?: string[];
  desktop?: string[];
}

/** An application registration, in the role of a client, a resource, or both. */
export interface Registration {
  name: string;
  /** Client id, a GUID. */
  appId: string;
  /** Home tenant. First-party resources have none and exist in every tenant. */
  tenantId?: string;
  displayName: string;
  multiTenant?: boolean;
  /** Graph's value, if `multiTenant` is not precise enough. */
  signInAudience?: string;
  /** Any words; scripts use them to find their own registrations. */
  tags?: string[];
  redirectUris?: RedirectUris;
  postLogoutRedirectUris?: string[];
  /** Front-channel logout address, called in an iframe of the sign-out page. */
  logoutUrl?: string;
  /** Client secrets; a registration with a secret, certificate or trusted identity is a confidential client. */
  secrets?: string[];
  /** Certificates (PEM, without their keys) whose keys may sign client assertions. */
  certificates?: string[];
  /** A managed identity instead of an application: the metadata service gives its tokens to any caller. */
  managedIdentity?: boolean;
  /** Managed identities (app ids) whose tokens this client can use to authenticate: its federated credentials. */
  trustedIdentities?: string[];
  /** Other identity providers whose tokens this client can use to authenticate. */
  federatedCredentials?: FederatedCredential[];
  /** Object ids of users and service principals, as Graph lists them. */
  owners?: string[];
  /** "Allow public client flows": device code and resource owner password. */
  publicClientFlows?: boolean;
  /** Only these users (object ids) may sign in; all others get AADSTS50105. */
  assignedUsers?: string[];
  identifierUris?: string[];
  scopes?: Scope[];
  /** Permissions listed in the registration, by resource app id: requested by `.default` and by admin consent. */
  requiredPermissions?: Record<string, string[]>;
  /** Application permissions listed in the registration, by resource app id: granted by admin consent. */
  requiredRoles?: Record<string, string[]>;
  /** Application permissions in `roles` of client-credentials tokens, by client app id. */
  appRoles?: Record<string, string[]>;
  /** Application permissions and roles that this API offers. */
  offeredRoles?: AppRole[];
  /** Version of the access tokens: null or 1 for v1, 2 for v2. The endpoint does not matter. */
  accessTokenAcceptedVersion?: 1 | 2 | null;
  /** Optional claims of its access tokens, such as `xms_cc`. */
  optionalClaims?: string[];
  /** Clients that get the listed scopes (ids) of this API without consent. */
  preAuthorizedApplications?: { appId: string; delegatedPermissionIds: string[] }[];
}

/** A Teams meeting of the emulated calling service. */
export interface Meeting {
  name: string;
  /** Its subject, as people see it. Default: the name. */
  title?: string;
  /** The thread in its link, e.g. `19:meeting_ZGFpbHk@thread.v2`. */
  id: string;
  /** Object id of the organizer, who never waits in the lobby. */
  organizerOid: string;
  /** The digits that people type: 9 to 16. */
  meetingId: string;
  /** Empty if it needs none. */
  passcode: string;
  /** Who skips the lobby. */
  lobbyBypass: "everyone" | "organization" | "organizer";
}

/** A delegated grant, as Graph's oauth2PermissionGrants: without `userOid` it applies to the whole tenant. */
export interface Consent {
  tenantId: string;
  clientAppId: string;
  resourceAppId: string;
  userOid?: string;
  scopes: string[];
}

/** A Communication Services resource. */
export interface AcsResource {
  /** Immutable resource id, a GUID; part of every identity and token. */
  id: string;
  name: string;
  region: string;
  location: string;
  /** Two base64 keys, primary and secondary. */
  accessKeys: [string, string];
  /** Client ids or object ids that may call with an Entra token (Azure RBAC). */
  contributors: string[];
}

/** Times of the calling service, in seconds of the emulator's clock. */
export interface CallingSettings {
  /** How long a call rings. Default: 120. */
  ringSeconds?: number;
  /** How long somebody waits in a lobby. Default: 1,800. */
  lobbySeconds?: number;
  /** How long a call waits for a participant whose connection broke. Default: 10. */
  reconnectSeconds?: number;
  /** How long an expired token may be replaced. Default: 10. */
  tokenGraceSeconds?: number;
  /** How long an emulated phone rings until it answers. Default: 2. */
  phoneAnswerSeconds?: number;
}

/** Settings of the emulated services. */
export interface Settings {
  /** Range of access token lifetimes in seconds; each token gets a random lifetime from it, as in Entra. */
  accessTokenLifetime: { min: number; max: number };
  /** Ignore the session in iframes, like browsers that block third-party cookies. */
  blockThirdPartyCookies: boolean;
  /** Seconds between two polls of a device-code client. */
  deviceCodeInterval: number;
  /** Requests per 30 s and resource, by ACS operation; an operation that is not listed has no limit. */
  acsQuotas: Record<string, number>;
  /** Times of the calling service. */
  calling?: CallingSettings;
}

/** Everything an emulator starts with. */
export interface Seed {
  tenants: Tenant[];
  users: User[];
  registrations: Registration[];
  consents: Consent[];
  acsResources: AcsResource[];
  /** Teams meetings. Default: none. */
  meetings?: Meeting[];
  settings: Settings;
}
