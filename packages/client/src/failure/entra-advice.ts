// Entra ID's error codes (AADSTS…) that a developer of a custom Teams endpoint meets, with what to do about each.
// Source: learn.microsoft.com, "Microsoft Entra authentication and authorization error codes".
import { type Advice, docs } from "./advice.ts";

const entra: Readonly<Record<string, Advice>> = {
  "65001": {
    title: "Consent is missing",
    cause: "Neither you nor an administrator has consented to the permissions that this app asks for.",
    advice: "Grant consent. If the page does not offer it, an administrator must do so for the organisation.",
    action: "grant-consent",
    link: { to: "admin-consent" },
  },
  "65004": {
    title: "Consent was refused",
    cause: "The consent page was answered with Cancel.",
    advice: "The exchange needs these permissions. Try again and accept them, or ask an administrator to.",
    action: "grant-consent",
    link: { to: "admin-consent" },
  },
  "90094": {
    title: "An administrator must consent",
    cause: "The organisation does not let its users consent to these permissions.",
    advice: "Send the consent link to a Global, Application or Cloud Application Administrator, then sign in again.",
    action: "sign-in",
    link: { to: "admin-consent" },
  },
  "50076": {
    title: "Multifactor authentication is needed",
    cause: "The organisation wants a second factor for this resource.",
    advice: "Sign in again and complete the second factor.",
    action: "sign-in",
  },
  "50079": {
    title: "Multifactor authentication must be set up",
    cause: "The organisation wants a second factor, and this user has none yet.",
    advice: "Sign in again and register a second factor when asked.",
    action: "sign-in",
  },
  "50058": {
    title: "The sign-in session has ended",
    cause: "Entra ID has no session for this user in this browser any more.",
    advice: "Sign in again.",
    action: "sign-in",
  },
  "50105": {
    title: "This user is not assigned to the app",
    cause: "The app admits only assigned users, and this one is not among them.",
    advice: "Ask an administrator to assign the user to the enterprise application, or use another user.",
    action: "other-user",
  },
  "50020": {
    title: "This user belongs to another organisation",
    cause: "The account is not a member or guest of the tenant that this app signs in to.",
    advice: "Use an account of the configured tenant.",
    action: "other-user",
  },
  "50034": {
    title: "This user does not exist in the tenant",
    cause: "The tenant that this app signs in to does not know the account.",
    advice: "Use an account of the configured tenant.",
    action: "other-user",
  },
  "50011": {
    title: "The redirect URI is not registered",
    cause: "The address of this page's /redirect.html is not among the redirect URIs of the client registration.",
    advice: "Add it to the registration, exactly, under the platform Single-page application.",
    action: "retry",
    link: docs("https://learn.microsoft.com/entra/identity-platform/reply-url"),
  },
  "9002326": {
    title: "The redirect URI has the wrong platform type",
    cause: "It is registered under Web or Mobile and desktop, so the token endpoint refuses requests from browsers.",
    advice: "Move the redirect URI to the platform Single-page application in the client registration.",
    action: "retry",
    link: docs("https://learn.microsoft.com/entra/identity-platform/scenario-spa-app-registration"),
  },
  "700016": {
    title: "The client app is unknown in this tenant",
    cause: "No registration with this client id exists in the tenant, or nobody there has consented to it yet.",
    advice: "Compare the client and tenant ids in the server's settings with the app registration.",
    action: "retry",
  },
  "650052": {
    title: "The Teams service principal is missing",
    cause: "The tenant has no service principal for the Teams resource of Azure Communication Services.",
    advice: "An administrator runs: New-MgServicePrincipal -AppId 1fd5118e-2576-4263-8130-9503064c837a, then consents.",
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
    title: "Two resources were asked for at once",
    cause: "A token request named scopes of two resources; a token is always for one.",
    advice: "Request each resource's scopes separately. This page does; a changed configuration may not.",
    action: "retry",
  },
  "700084": {
    title: "The sign-in is too old to be renewed",
    cause: "A single-page application's refresh token lives 24 hours.",
    advice: "Sign in again.",
    action: "sign-in",
  },
  "70043": {
    title: "The sign-in is too old to be renewed",
    cause: "The organisation limits how long a sign-in lasts.",
    advice: "Sign in again.",
    action: "sign-in",
  },
  "50173": {
    title: "The sign-in was withdrawn",
    cause: "The password changed, or an administrator ended the user's sessions.",
    advice: "Sign in again.",
    action: "sign-in",
  },
  "90002": {
    title: "The tenant does not exist",
    cause: "Entra ID knows no tenant with the configured id.",
    advice: "Check ENTRA_TENANT_ID of the server.",
    action: "retry",
  },
};

/** What to do about an AADSTS code, given without its prefix. */
export function entraAdvice(code: string): Advice {
  return (
    entra[code] ?? {
      title: "Entra ID refused the request",
      cause: "Entra ID gave a code that this page has no advice for.",
      advice: "Look the code up at Microsoft, then try again.",
      action: "retry",
      link: docs(`https://login.microsoftonline.com/error?code=${code}`),
    }
  );
}
