// The nouns of the emulated world as plain data: what a seed file holds and what the control API shows.
// Behaviour lives elsewhere; everything here survives JSON.

/** An Entra tenant. `name` is a short handle for tests and the command line; Entra knows only the id and the domain. */
export interface Tenant {
  name: string;
  /** GUID. */
  id: string;
  domain: string;
  displayName: string;
  /** Resources (app ids) without a service principal here: asking for them fails with AADSTS650052. */
  missingServicePrincipals?: string[];
  /** Tags of service principals, by app id. */
  servicePrincipalTags?: Record<string, string[]>;
  /** "Users can consent to apps: no": all but administrators meet AADSTS90094. */
  userConsentDisabled?: boolean;
  /** Resources (app ids) that a conditional-access policy guards with multi-factor authentication. */
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
  /** Service plans as Graph's licenseDetails names them; a Teams user needs TEAMS1 or a sibling. */
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
  /** False for one that is switched off: nobody gets it. */
  isEnabled?: boolean;
}

/** Redirect URIs by platform: the platform decides who may redeem the code, and how. */
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
  /** As Graph names it, where `multiTenant` does not say it all. */
  signInAudience?: string;
  /** Free words; scripts know their own registrations by them. */
  tags?: string[];
  redirectUris?: RedirectUris;
  postLogoutRedirectUris?: string[];
  /** Front-channel logout address, called in an iframe of the sign-out page. */
  logoutUrl?: string;
  /** Client secrets; a registration with one, with a certificate or a trusted identity is a confidential client. */
  secrets?: string[];
  /** Certificates (PEM, without their keys) whose keys may sign client assertions. */
  certificates?: string[];
  /** A managed identity instead of an application: the metadata service gives its tokens to whoever asks. */
  managedIdentity?: boolean;
  /** Managed identities (app ids) whose tokens count as this client's own proof: its federated credentials. */
  trustedIdentities?: string[];
  /** "Allow public client flows": device code and resource owner password. */
  publicClientFlows?: boolean;
  /** Only users named here (oids) may sign in: AADSTS50105 for all others. */
  assignedUsers?: string[];
  identifierUris?: string[];
  scopes?: Scope[];
  /** Permissions listed in the registration, by resource app id: what `.default` and admin consent ask for. */
  requiredPermissions?: Record<string, string[]>;
  /** Application permissions that client-credentials tokens carry in `roles`, by client app id. */
  appRoles?: Record<string, string[]>;
  /** null or 1 makes v1 tokens, 2 makes v2 tokens, whatever the endpoint: the resource decides. */
  accessTokenAcceptedVersion?: 1 | 2 | null;
  /** Optional claims of its access tokens, such as `xms_cc`. */
  optionalClaims?: string[];
  /** Clients that get the named scopes (ids) of this API without anybody's consent. */
  preAuthorizedApplications?: { appId: string; delegatedPermissionIds: string[] }[];
}

/** A delegated grant, as Graph's oauth2PermissionGrants: without `userOid` it holds for the whole tenant. */
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

/** How the emulated cloud behaves, beyond who is in it. */
export interface Settings {
  /** Seconds; Entra draws each access token's lifetime from this interval. */
  accessTokenLifetime: { min: number; max: number };
  /** Ignore the session in iframes, as browsers do that block third-party cookies. */
  blockThirdPartyCookies: boolean;
  /** Seconds between two polls of a device-code client. */
  deviceCodeInterval: number;
  /** Requests per 30 s and resource, by ACS operation; an operation that is not named has no limit. */
  acsQuotas: Record<string, number>;
}

/** Everything an emulator starts with. */
export interface Seed {
  tenants: Tenant[];
  users: User[];
  registrations: Registration[];
  consents: Consent[];
  acsResources: AcsResource[];
  settings: Settings;
}
