import { z } from "zod";
/** Azure Communication Services' Teams resource, a first-party application of Microsoft. */
export declare const acsAppId = "1fd5118e-2576-4263-8130-9503064c837a";
/** The two delegated permissions of that resource. */
export declare const teamsPermissions: {
    readonly "Teams.ManageCalls": "de8ec1df-066a-4817-bc5d-9a985b986262";
    readonly "Teams.ManageChats": "6290af7f-b407-49f9-92d5-bf584fdc4019";
};
/** An application: what its owner registered. */
export declare const application: z.ZodObject<{
    id: z.ZodString;
    appId: z.ZodString;
    displayName: z.ZodString;
    tags: z.ZodDefault<z.ZodArray<z.ZodString>>;
    signInAudience: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    identifierUris: z.ZodDefault<z.ZodArray<z.ZodString>>;
    spa: z.ZodDefault<z.ZodObject<{
        redirectUris: z.ZodDefault<z.ZodArray<z.ZodString>>;
    }, z.core.$loose>>;
    web: z.ZodDefault<z.ZodObject<{
        redirectUris: z.ZodDefault<z.ZodArray<z.ZodString>>;
    }, z.core.$loose>>;
    publicClient: z.ZodDefault<z.ZodObject<{
        redirectUris: z.ZodDefault<z.ZodArray<z.ZodString>>;
    }, z.core.$loose>>;
    requiredResourceAccess: z.ZodDefault<z.ZodArray<z.ZodObject<{
        resourceAppId: z.ZodString;
        resourceAccess: z.ZodArray<z.ZodObject<{
            id: z.ZodString;
            type: z.ZodString;
        }, z.core.$loose>>;
    }, z.core.$loose>>>;
    optionalClaims: z.ZodOptional<z.ZodNullable<z.ZodObject<{
        accessToken: z.ZodDefault<z.ZodArray<z.ZodObject<{
            name: z.ZodString;
        }, z.core.$loose>>>;
    }, z.core.$loose>>>;
    api: z.ZodObject<{
        requestedAccessTokenVersion: z.ZodOptional<z.ZodNullable<z.ZodNumber>>;
        oauth2PermissionScopes: z.ZodDefault<z.ZodArray<z.ZodObject<{
            id: z.ZodString;
            value: z.ZodNullable<z.ZodString>;
            isEnabled: z.ZodBoolean;
        }, z.core.$loose>>>;
        preAuthorizedApplications: z.ZodDefault<z.ZodArray<z.ZodObject<{
            appId: z.ZodString;
            delegatedPermissionIds: z.ZodDefault<z.ZodArray<z.ZodString>>;
        }, z.core.$loose>>>;
    }, z.core.$loose>;
}, z.core.$loose>;
export type Application = z.infer<typeof application>;
/** A service principal: an application as one tenant has it. */
export declare const servicePrincipal: z.ZodObject<{
    id: z.ZodString;
    appId: z.ZodString;
    tags: z.ZodDefault<z.ZodArray<z.ZodString>>;
}, z.core.$loose>;
export type ServicePrincipal = z.infer<typeof servicePrincipal>;
/** A consent. Both ids are those of service principals. */
export declare const permissionGrant: z.ZodObject<{
    id: z.ZodString;
    clientId: z.ZodString;
    resourceId: z.ZodString;
    consentType: z.ZodString;
    scope: z.ZodString;
}, z.core.$strip>;
/** How long tokens live, where an administrator has said so. */
export declare const tokenLifetimePolicy: z.ZodObject<{
    isOrganizationDefault: z.ZodDefault<z.ZodBoolean>;
    definition: z.ZodArray<z.ZodString>;
}, z.core.$strip>;
/** Who is signed in. */
export declare const profile: z.ZodObject<{
    userType: z.ZodOptional<z.ZodNullable<z.ZodString>>;
}, z.core.$strip>;
export declare const licence: z.ZodObject<{
    servicePlans: z.ZodArray<z.ZodObject<{
        servicePlanName: z.ZodString;
        provisioningStatus: z.ZodOptional<z.ZodString>;
    }, z.core.$strip>>;
}, z.core.$strip>;
