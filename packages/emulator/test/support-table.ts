// The support table from which SUPPORT.md is generated. A test compares it with the operations.

/** How close an operation is to Microsoft's. */
export type Support = "full" | "partial" | "different" | "invented" | "none";

/** One row of the table. */
export interface SupportRow {
  /** Operation names, as in the request log and in faults. */
  operations: string[];
  support: Support;
  note: string;
}

const acs: SupportRow[] = [
  {
    operations: ["CommunicationIdentity_ExchangeTeamsUserAccessToken"],
    support: "full",
    note: "All known errors, word for word. Invented: 403 for a user without a Teams plan, 403 without a Teams permission, and the body of 429.",
  },
  {
    operations: [
      "CommunicationIdentity_Create",
      "CommunicationIdentity_IssueAccessToken",
      "CommunicationIdentity_RevokeAccessTokens",
      "CommunicationIdentity_Delete",
    ],
    support: "full",
    note: "`customId` only in 2025-03-02-preview. Invented: the errors for unknown scopes and for an invalid `customId`.",
  },
  { operations: ["CommunicationIdentity_Get"], support: "full", note: "Only in 2025-03-02-preview." },
  {
    operations: ["TeamsExtension_ExchangeAccessToken"],
    support: "partial",
    note: "Invented: the error for a user who is not assigned. Only the first ACS resource has an address.",
  },
  {
    operations: [
      "TeamsExtensionAssignment_Get",
      "TeamsExtensionAssignment_CreateOrUpdate",
      "TeamsExtensionAssignment_Delete",
    ],
    support: "partial",
    note: "The emulator does not check assignments against the directory. Errors are invented.",
  },
  {
    operations: ["EntraIdentity_ExchangeAccessToken"],
    support: "partial",
    note: "Only in 2025-03-02-preview. Invented: the error for a missing scope. Only the first ACS resource has an address.",
  },
];

const entra: SupportRow[] = [
  {
    operations: ["discovery", "keys", "instanceDiscovery"],
    support: "different",
    note: "Issuers are on the emulator's address, so that no production server accepts its tokens. There are no personal accounts: clients at `consumers` get AADSTS9002332. v1 discovery names the v2 endpoints.",
  },
  {
    operations: ["authorize", "reprocess", "login", "mfa", "consent", "cancel"],
    support: "different",
    note: "Only `response_type=code`. PKCE `plain` is refused. The account picker asks for no password, and a button replaces the second factor. `openid`, `profile`, `email` and `offline_access` need no consent. The v1 endpoint is refused with AADSTS500201.",
  },
  {
    operations: ["userrealm"],
    support: "partial",
    note: "Every tenant's domain is managed; no other identity provider has its passwords.",
  },
  { operations: ["error"], support: "different", note: "The page that `error_uri` leads to." },
  { operations: ["adminconsent"], support: "different", note: "The page lets you pick the administrator." },
  {
    operations: ["token"],
    support: "partial",
    note: "The v1 endpoint is refused with AADSTS500201. Authorization code, refresh token, client credentials, on-behalf-of, password, device code. Clients authenticate with a secret, with a client assertion of a registered RSA certificate (`x5t`, `x5t#S256`; `x5c` is not enough), or with a token of a trusted managed identity or another issuer, whose keys are read by its discovery document. The texts of AADSTS50048, AADSTS5000811, and of AADSTS700027 for a wrong key, are *inferred*. No proof of possession.",
  },
  {
    operations: ["Identity_GetToken", "AppService_GetToken"],
    support: "partial",
    note: "The metadata service of a virtual machine, at the emulator's address: set `AZURE_POD_IDENTITY_AUTHORITY_HOST` to it. And App Service: set `IDENTITY_ENDPOINT` to `/msi/token` there, and `IDENTITY_HEADER` to any text. `client_id` selects the identity; the default is the first. The error texts are *inferred*.",
  },
  { operations: ["devicecode", "deviceauth"], support: "different", note: "The user consents by picking an account." },
  {
    operations: ["logout"],
    support: "partial",
    note: "Front-channel logout notifies the applications of the session, without `sid`.",
  },
];

const calling: SupportRow[] = [
  {
    operations: ["callingMeetings"],
    support: "invented",
    note: "The meetings of the emulator, for the owner of an ACS token with the scope `voip`. Microsoft has no such list.",
  },
];

const graph: SupportRow[] = [
  {
    operations: ["User_Get", "LicenseDetails_List", "userinfo"],
    support: "partial",
    note: "Only the members that a Teams sign-in and its setup need. Users may consent to other permissions that Microsoft documents, such as `Mail.Read`, but calls that need them get 404.",
  },
  {
    operations: [
      "OpenExtension_List",
      "OpenExtension_Create",
      "OpenExtension_Get",
      "OpenExtension_Update",
      "OpenExtension_Delete",
    ],
    support: "partial",
    note: "Only for `/me`. At most two; the error for a third is invented.",
  },
  {
    operations: [
      "Application_List",
      "Application_Create",
      "Application_Get",
      "Application_Update",
      "Application_Delete",
      "Application_AddPassword",
      "Application_RemovePassword",
      "Application_AddKey",
      "Application_RemoveKey",
    ],
    support: "partial",
    note: "Also by `(appId='…')`. Other members are refused. Secrets never expire. The error for a wrong `proof` is *inferred*. Name, tags, audience, redirect URIs, identifier URIs, required permissions, app roles, certificates, optional claims, `api`.",
  },
  {
    operations: [
      "ServicePrincipal_List",
      "ServicePrincipal_Create",
      "ServicePrincipal_Get",
      "ServicePrincipal_Update",
      "ServicePrincipal_Delete",
    ],
    support: "partial",
    note: "Only the members that a Teams sign-in and its setup need; others are refused. Also by `(appId='…')`.",
  },
  {
    operations: [
      "FederatedIdentityCredential_List",
      "FederatedIdentityCredential_Create",
      "FederatedIdentityCredential_Get",
      "FederatedIdentityCredential_Update",
      "FederatedIdentityCredential_Delete",
    ],
    support: "partial",
    note: "By id or name. Issuers may use HTTP. The `trustedIdentities` of a seed are not listed.",
  },
  {
    operations: [
      "Application_ListOwner",
      "Application_AddOwner",
      "Application_RemoveOwner",
      "ServicePrincipal_ListOwner",
      "ServicePrincipal_AddOwner",
      "ServicePrincipal_RemoveOwner",
    ],
    support: "partial",
    note: "Owners have no more rights than others.",
  },
  {
    operations: [
      "AppRoleAssignment_List",
      "AppRoleAssignment_Create",
      "AppRoleAssignment_Get",
      "AppRoleAssignment_Delete",
    ],
    support: "partial",
    note: "`appRoleAssignedTo` of service principals, `appRoleAssignments` of service principals and users. Graph offers the twelve application permissions of the seed, with their real ids.",
  },
  {
    operations: [
      "OAuth2PermissionGrant_List",
      "OAuth2PermissionGrant_Create",
      "OAuth2PermissionGrant_Get",
      "OAuth2PermissionGrant_Update",
      "OAuth2PermissionGrant_Delete",
    ],
    support: "partial",
    note: "An update changes only `scope`.",
  },
  {
    operations: ["User_List", "User_GetById", "Organization_List"],
    support: "partial",
    note: "Read only. Of all of Graph, `$select`, `$top` with next links, `$filter` with `eq`, `startswith`, `any`, `and` and `or`, and `$count=true` of directory objects with `ConsistencyLevel: eventual` are supported, and `$search` of users with the same header; other query options get 400.",
  },
  { operations: ["Batch"], support: "partial", note: "Runs the requests one by one, each after those in `dependsOn`." },
  {
    operations: ["TokenLifetimePolicy_List"],
    support: "different",
    note: "Returns the setting `accessTokenLifetime` as the tenant's default policy, if it differs from Entra's default.",
  },
];

/** All rows by service. */
export const support: Record<string, SupportRow[]> = {
  "Azure Communication Services Identity": acs,
  "Microsoft Entra ID": entra,
  "Calling service": calling,
  "Microsoft Graph v1.0": graph,
};
