// The error codes of MSAL. MSAL 5 has no texts for them any more, so the user reads the texts in this table.
// Source: the error code modules of @azure/msal-browser 5.
import { type Advice, docs } from "./advice.ts";

const signInAgain = (title: string, cause: string): Advice => ({
  title,
  cause,
  advice: "Sign in again.",
  action: "sign-in",
});

const msal: Readonly<Record<string, Advice>> = {
  popup_window_error: {
    title: "The sign-in window was blocked",
    cause: "The browser did not allow the page to open a window.",
    advice: "Allow pop-up windows for this page and try again, or sign in without a pop-up window.",
    action: "retry",
  },
  empty_window_error: {
    title: "The sign-in window was blocked",
    cause: "The browser did not allow the page to open a window.",
    advice: "Allow pop-up windows for this page and try again, or sign in without a pop-up window.",
    action: "retry",
  },
  timed_out: {
    title: "The sign-in did not finish in time",
    cause: "The window was closed, or the page /redirect.html sent no response to this page.",
    advice:
      "Try again. If it keeps happening, check that /redirect.html is served without a Cross-Origin-Opener-Policy header and that exactly this address is registered.",
    action: "retry",
  },
  interaction_in_progress: {
    title: "Another sign-in is still open",
    cause: "A sign-in was started in this tab and is not finished.",
    advice: "Finish it, or close its window and try again.",
    action: "retry",
  },
  interaction_in_progress_cancelled: {
    title: "The sign-in was replaced by a newer one",
    cause: "A second sign-in was started before the first one finished.",
    advice: "Finish the newer sign-in.",
    action: "retry",
  },
  user_cancelled: {
    title: "The sign-in was cancelled",
    cause: "The sign-in window was closed before the sign-in finished.",
    advice: "Try again.",
    action: "retry",
  },
  access_denied: {
    title: "The sign-in was refused",
    cause: "You (or someone before you) chose Cancel on the sign-in page.",
    advice: "Try again and choose Accept, or ask an administrator to consent for everyone.",
    action: "grant-consent",
    link: { to: "admin-consent" },
  },
  consent_required: {
    title: "Consent is missing",
    cause: "Neither you nor an administrator has consented to the permissions that this app asks for.",
    advice: "Grant consent.",
    action: "grant-consent",
    link: { to: "admin-consent" },
  },
  interaction_required: signInAgain("You must sign in again", "Entra ID does not renew the token without you."),
  login_required: signInAgain(
    "You must sign in again",
    "Entra ID has no session for this browser, or the browser blocks its cookies.",
  ),
  invalid_grant: signInAgain("The sign-in can no longer be renewed", "It has expired, or it was revoked."),
  refresh_token_expired: signInAgain("The sign-in is too old to be renewed", "A refresh token is valid for 24 hours."),
  no_tokens_found: signInAgain(
    "No token is stored",
    "The storage of this tab was cleared, or you signed in in another tab.",
  ),
  no_account_error: {
    ...signInAgain("Nobody is signed in", "The storage of this tab was cleared, or the sign-in has ended."),
    action: "other-user",
  },
  state_mismatch: signInAgain(
    "The response belongs to another sign-in",
    "The state in the response is not the one that this page sent. You may have used an old tab or a link.",
  ),
  state_not_found: signInAgain("The response belongs to no sign-in", "This tab did not start that sign-in."),
  nonce_mismatch: signInAgain(
    "The response belongs to another sign-in",
    "The nonce in the response is not the one that this page sent.",
  ),
  no_token_request_cache_error: signInAgain(
    "The response came too late",
    "This tab no longer knows the sign-in. It happens when you go back in the history.",
  ),
  hash_empty_error: signInAgain("The sign-in returned nothing", "The redirect page was opened without a response."),
  no_network_connectivity: {
    title: "This device is offline",
    cause: "The browser reports that there is no network.",
    advice: "Connect, then try again.",
    action: "retry",
  },
  network_error: {
    title: "Entra ID did not respond",
    cause: "The token request got no response: the network is down, or the address is blocked or wrong.",
    advice: "Check the network and the configured authority, then try again.",
    action: "retry",
  },
  endpoints_resolution_error: {
    title: "The authority's endpoints are unknown",
    cause: "The discovery document of the configured authority could not be read.",
    advice: "Check the server's ENTRA_AUTHORITY and ENTRA_TENANT_ID, and the network.",
    action: "retry",
  },
  untrusted_authority: {
    title: "The authority is not trusted",
    cause: "The configured authority is not one of Microsoft's and is not listed as known.",
    advice: "Check the server's ENTRA_AUTHORITY.",
    action: "retry",
  },
  crypto_nonexistent: {
    title: "This page is not in a secure context",
    cause: "A sign-in needs cryptography that browsers offer only on https and on localhost.",
    advice: "Open the page over https, or as http://localhost.",
    action: "retry",
    link: docs("https://developer.mozilla.org/docs/Web/Security/Secure_Contexts"),
  },
  server_error: {
    title: "Entra ID failed",
    cause: "Entra ID reported an internal error.",
    advice: "Try again later.",
    action: "retry",
  },
  temporarily_unavailable: {
    title: "Entra ID is busy",
    cause: "Entra ID asks clients to try again later.",
    advice: "Try again later.",
    action: "retry",
  },
};

const sameAs: Readonly<Record<string, string>> = {
  post_request_failed: "network_error",
  get_request_failed: "network_error",
  openid_config_error: "endpoints_resolution_error",
  no_account_found: "no_account_error",
  no_account_in_silent_request: "no_account_error",
  user_canceled: "user_cancelled",
};

/** What to do about an error code of MSAL. */
export function msalAdvice(code: string): Advice {
  return (
    msal[sameAs[code] ?? code] ?? {
      title: "The sign-in failed",
      cause: "There is no advice for this error code yet.",
      advice: "Look up the code in the documentation of MSAL, then try again.",
      action: "retry",
      link: docs(`https://aka.ms/msal.js.errors#${encodeURIComponent(code)}`),
    }
  );
}
