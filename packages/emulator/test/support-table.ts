// What this emulator supports, said once: SUPPORT.md is written from it and a test holds both against the operations.

/** How close an operation comes to the vendor's. */
export type Support = "full" | "partial" | "different" | "invented" | "none";

/** One row. */
export interface SupportRow {
  /** Operation names, as the request log and the faults have them. */
  operations: string[];
  support: Support;
  note: string;
}

const acs: SupportRow[] = [
  {
    operations: ["CommunicationIdentity_ExchangeTeamsUserAccessToken"],
    support: "full",
    note: "Every seen error row word for word. Invented: 403 for a user without a Teams plan, 403 without a Teams permission, the body of 429; each carries `x-emulator-invented: true`.",
  },
  {
    operations: [
      "CommunicationIdentity_Create",
      "CommunicationIdentity_IssueAccessToken",
      "CommunicationIdentity_RevokeAccessTokens",
      "CommunicationIdentity_Delete",
    ],
    support: "full",
    note: "`customId` only in 2025-03-02-preview. Invented: the refusal of unknown scopes and of a bad `customId`.",
  },
  { operations: ["CommunicationIdentity_Get"], support: "full", note: "Only in 2025-03-02-preview." },
  {
    operations: ["TeamsExtension_ExchangeAccessToken"],
    support: "partial",
    note: "The refusal of a user who is not assigned is invented. One address serves the first ACS resource.",
  },
  {
    operations: [
      "TeamsExtensionAssignment_Get",
      "TeamsExtensionAssignment_CreateOrUpdate",
      "TeamsExtensionAssignment_Delete",
    ],
    support: "partial",
    note: "Assignments are not checked against the directory; refusals are invented.",
  },
  {
    operations: ["EntraIdentity_ExchangeAccessToken"],
    support: "partial",
    note: "Only in 2025-03-02-preview. The refusal for a missing scope is invented. One address serves the first ACS resource.",
  },
];

const entra: SupportRow[] = [
  {
    operations: ["discovery", "keys", "instanceDiscovery"],
    support: "different",
    note: "Issuers are on the emulator's own origin, so that no production server can accept its tokens. Keys carry no `x5c`.",
  },
  {
    operations: ["authorize", "reprocess", "login", "mfa", "consent", "cancel"],
    support: "different",
    note: "`response_type=code` alone; PKCE `plain` is refused; an account is picked without a password, a second factor is one button. `openid`, `profile`, `email` and `offline_access` need no consent.",
  },
  { operations: ["adminconsent"], support: "different", note: "The administrator is picked on the page itself." },
  {
    operations: ["token"],
    support: "partial",
    note: "Authorization code, refresh token, client credentials, on-behalf-of, password, device code. Clients prove themselves by a secret or by a client assertion of a registered RSA certificate (`x5t`, `x5t#S256`), not by `x5c` alone; or by the token of a managed identity that the registration trusts, and of no other issuer. The texts of AADSTS50048 and AADSTS700027 with a wrong key are *inferred*. No proof of possession.",
  },
  {
    operations: ["Identity_GetToken"],
    support: "partial",
    note: "The metadata service of a virtual machine, on the emulator's own address: `AZURE_POD_IDENTITY_AUTHORITY_HOST` leads the SDKs to it. Identities by `client_id`; without one the first. The texts of its refusals are *inferred*.",
  },
  { operations: ["devicecode", "deviceauth"], support: "different", note: "Picking an account also consents." },
  {
    operations: ["logout"],
    support: "partial",
    note: "Front-channel logout tells the applications of the session, without `sid`.",
  },
];

const graph: SupportRow[] = [
  {
    operations: ["User_Get", "LicenseDetails_List", "userinfo"],
    support: "partial",
    note: "The members that this flow reads.",
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
    note: "Of `/me` alone. At most two; the error for a third is invented.",
  },
  {
    operations: [
      "Application_List",
      "Application_Create",
      "Application_Get",
      "Application_Update",
      "Application_Delete",
    ],
    support: "partial",
    note: "Name, tags, audience, redirect URIs, identifier URIs, required permissions, optional claims, `api`. Filter by `appId` or one tag alone.",
  },
  {
    operations: ["ServicePrincipal_List", "ServicePrincipal_Create", "ServicePrincipal_Delete"],
    support: "partial",
    note: "The members that this flow reads. Filter by `appId` alone.",
  },
  {
    operations: ["OAuth2PermissionGrant_List", "OAuth2PermissionGrant_Create", "OAuth2PermissionGrant_Delete"],
    support: "partial",
    note: "No update; filter by `clientId` or `resourceId` alone.",
  },
  {
    operations: ["TokenLifetimePolicy_List"],
    support: "different",
    note: "The setting `accessTokenLifetime`, where it is not Entra's own, as the tenant's default policy.",
  },
];

/** All rows, by service. */
export const support: Record<string, SupportRow[]> = {
  "Azure Communication Services Identity": acs,
  "Microsoft Entra ID": entra,
  "Microsoft Graph v1.0": graph,
};
