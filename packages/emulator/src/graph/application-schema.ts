// The members of an application that a Graph request may have.
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
import { keyListSchema } from "./application-keys.ts";

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

const appRole = object("an app role", {
  id,
  value: textLike("a name without spaces", /^\S+$/),
  displayName: someText,
  description: optional(nullable(text)),
  allowedMemberTypes: list(oneOf("Application", "User"), 1),
  isEnabled: optional(boolean),
  origin: optional(text),
});

/** The members of an application that a request may have. */
export const applicationSchema = object("an application", {
  displayName: optional(someText),
  signInAudience: optional(
    oneOf("AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"),
  ),
  tags: optional(list(text)),
  identifierUris: optional(list(uri)),
  keyCredentials: optional(keyListSchema),
  appRoles: optional(list(appRole)),
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
        resourceAccess: list(object("a permission", { id: someText, type: oneOf("Scope", "Role") })),
      }),
    ),
  ),
});
