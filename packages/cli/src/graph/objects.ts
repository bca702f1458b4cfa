// The members of Graph's objects that these commands read. All other members are kept, because a change
// must not lose what others put there.
import { z } from "zod";

/** Azure Communication Services' Teams resource, a first-party application of Microsoft. */
export const acsAppId = "1fd5118e-2576-4263-8130-9503064c837a";

/** The two delegated permissions of that resource. */
export const teamsPermissions = {
  "Teams.ManageCalls": "de8ec1df-066a-4817-bc5d-9a985b986262",
  "Teams.ManageChats": "6290af7f-b407-49f9-92d5-bf584fdc4019",
} as const;

const redirectUris = z.looseObject({ redirectUris: z.array(z.string()).default([]) });

const exposedScope = z.looseObject({ id: z.string(), value: z.string().nullable(), isEnabled: z.boolean() });
const preAuthorized = z.looseObject({ appId: z.string(), delegatedPermissionIds: z.array(z.string()).default([]) });
const requiredResource = z.looseObject({
  resourceAppId: z.string(),
  resourceAccess: z.array(z.looseObject({ id: z.string(), type: z.string() })),
});
const optionalClaim = z.looseObject({ name: z.string() });

/** An application, as its owner registered it. */
export const application = z.looseObject({
  id: z.string(),
  appId: z.string(),
  displayName: z.string(),
  tags: z.array(z.string()).default([]),
  signInAudience: z.string().nullish(),
  identifierUris: z.array(z.string()).default([]),
  spa: redirectUris.default({ redirectUris: [] }),
  web: redirectUris.default({ redirectUris: [] }),
  publicClient: redirectUris.default({ redirectUris: [] }),
  requiredResourceAccess: z.array(requiredResource).default([]),
  optionalClaims: z.looseObject({ accessToken: z.array(optionalClaim).default([]) }).nullish(),
  api: z.looseObject({
    requestedAccessTokenVersion: z.number().nullish(),
    oauth2PermissionScopes: z.array(exposedScope).default([]),
    preAuthorizedApplications: z.array(preAuthorized).default([]),
  }),
});
export type Application = z.infer<typeof application>;

/** A service principal: an application as one tenant has it. */
export const servicePrincipal = z.looseObject({
  id: z.string(),
  appId: z.string(),
  tags: z.array(z.string()).default([]),
});
export type ServicePrincipal = z.infer<typeof servicePrincipal>;

/** A consent. Both ids are those of service principals. */
export const permissionGrant = z.object({
  id: z.string(),
  clientId: z.string(),
  resourceId: z.string(),
  consentType: z.string(),
  scope: z.string(),
});

/** The lifetime of tokens, if an administrator has set it. */
export const tokenLifetimePolicy = z.object({
  isOrganizationDefault: z.boolean().default(false),
  definition: z.array(z.string()),
});

/** Who is signed in. */
export const profile = z.object({ userType: z.string().nullish() });
export const licence = z.object({
  servicePlans: z.array(z.object({ servicePlanName: z.string(), provisioningStatus: z.string().optional() })),
});
