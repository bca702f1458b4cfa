// The error codes of Entra ID (AADSTS…) that are likely in a custom Teams endpoint, and what to do about each.
// Source: learn.microsoft.com, "Microsoft Entra authentication and authorization error codes".
import { type Advice, docs } from "./advice.ts";

const entra: Readonly<Record<string, Advice>> = {
  "65001": {
    title: "Consent is missing",
    cause: "Neither you nor an administrator has consented to the permissions that this app asks for.",
    advice: "Grant consent. If Entra ID does not offer it, ask an administrator to consent for everyone.",
    action: "grant-consent",
    link: { to: "admin-consent" },
  },
  "65004": {
    title: "Consent was refused",
    cause: "You (or someone before you) chose Cancel on the sign-in page.",
    advice: "Try again and choose Accept, or ask an administrator to consent for everyone.",
    action: "grant-consent",
    link: { to: "admin-consent" },
  },
  "90094": {
    title: "An administrator must consent",
    cause: "The organization does not allow its users to consent to these permissions.",
    advice: "Send the consent link to a Global, Application or Cloud Application Administrator, then sign in again.",
    action: "sign-in",
    link: { to: "admin-consent" },
  },
  "50076": {
    title: "Multifactor authentication is required",
    cause: "The organization requires a second factor for this resource.",
    advice: "Sign in again and complete the second factor.",
    action: "sign-in",
  },
  "50079": {
    title: "Multifactor authentication must be set up",
    cause: "The organization requires a second factor, and this user has none yet.",
    advice: "Sign in again and register a second factor when asked.",
    action: "sign-in",
  },
  "50058": {
    title: "The sign-in session has ended",
    cause: "Entra ID no longer has a session for this user in this browser.",
    advice: "Sign in again.",
    action: "sign-in",
  },
  "50105": {
    title: "This user is not assigned to the app",
    cause: "The app accepts only assigned users, and this user is not assigned.",
    advice: "Ask an administrator to assign the user to the enterprise application, or use another user.",
    action: "other-user",
  },
  "50020": {
    title: "This user belongs to another organization",
    cause: "The account is not a member or guest of the tenant that this app signs in to.",
    advice: "Use an account from the configured tenant.",
    action: "other-user",
  },
  "50034": {
    title: "This user does not exist in the tenant",
    cause: "The tenant that this app signs in to does not know the account.",
    advice: "Use an account from the configured tenant.",
    action: "other-user",
  },
  "50011": {
    title: "The redirect URI is not registered",
    cause: "The address of this app's /redirect.html is not a redirect URI of the client registration.",
    advice: "Add exactly this address to the registration, under the platform Single-page application.",
    action: "retry",
    link: docs("https://learn.microsoft.com/entra/identity-platform/reply-url"),
  },
  "9002326": {
    title: "The redirect URI has the wrong platform type",
    cause: "It is registered under Web or Mobile and desktop, so Entra ID refuses token requests from browsers.",
    advice: "Move the redirect URI to the platform Single-page application in the client registration.",
    action: "retry",
    link: docs("https://learn.microsoft.com/entra/identity-platform/scenario-spa-app-registration"),
  },
  "700016": {
    title: "The client app is unknown in this tenant",
    cause: "The tenant has no registration with this client ID, or nobody in the tenant has consented to it yet.",
    advice: "Compare the client ID and the tenant ID in the server's settings with the app registration.",
    action: "retry",
  },
  "650052": {
    title: "The Teams service principal is missing",
    cause: "The tenant has no service principal for the Teams resource of Azure Communication Services.",
    advice:
      "Ask an administrator to run New-MgServicePrincipal -AppId 1fd5118e-2576-4263-8130-9503064c837a and to consent.",
    action: "retry",
    link: { to: "admin-consent" },
  },
  "650057": {
    title: "The permission is not in the registration",
    cause: "The client registration does not list the requested permission.",
    advice: "Add it under API permissions: access_as_user, Teams.ManageCalls and Teams.ManageChats, all delegated.",
    action: "retry",
  },
  "500011": {
    title: "The API is unknown in this tenant",
    cause: "No service principal with the requested resource URI exists in the tenant.",
    advice: "Check the application ID URI (api://…) of the API registration and the server's ENTRA_API_CLIENT_ID.",
    action: "retry",
  },
  "28000": {
    title: "The request was for two resources",
    cause: "A token request had scopes of two resources, but a token is always for one resource.",
    advice: "Request the scopes of each resource separately. Check the scopes in the server's configuration.",
    action: "retry",
  },
  "700084": {
    title: "The sign-in is too old to be renewed",
    cause: "The refresh token of a single-page application is valid for 24 hours.",
    advice: "Sign in again.",
    action: "sign-in",
  },
  "70043": {
    title: "The sign-in is too old to be renewed",
    cause: "The organization limits how long a sign-in lasts.",
    advice: "Sign in again.",
    action: "sign-in",
  },
  "50173": {
    title: "The sign-in was revoked",
    cause: "The password changed, or an administrator ended the user's sessions.",
    advice: "Sign in again.",
    action: "sign-in",
  },
  "90002": {
    title: "The tenant does not exist",
    cause: "Entra ID has no tenant with the configured ID.",
    advice: "Check the server's ENTRA_TENANT_ID.",
    action: "retry",
  },
};

/** What to do about an AADSTS code. `code` is only the number. */
export function entraAdvice(code: string): Advice {
  return (
    entra[code] ?? {
      title: "Entra ID refused the request",
      cause: "There is no advice for this error code yet.",
      advice: "Look up the code in Microsoft's documentation, then try again.",
      action: "retry",
      link: docs(`https://login.microsoftonline.com/error?code=${code}`),
    }
  );
}
