// MSAL's own error codes. MSAL 5 no longer ships texts for them, so this table is what a person gets to read.
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
    cause: "The browser did not let the page open a window.",
    advice: "Allow pop-up windows for this page and try again, or sign in by redirect instead.",
    action: "retry",
  },
  empty_window_error: {
    title: "The sign-in window was blocked",
    cause: "The browser did not let the page open a window.",
    advice: "Allow pop-up windows for this page and try again, or sign in by redirect instead.",
    action: "retry",
  },
  timed_out: {
    title: "The sign-in did not finish in time",
    cause: "The window was closed, or the page /redirect.html never reported back to this one.",
    advice:
      "Try again. If it stays: /redirect.html must be served without a Cross-Origin-Opener-Policy header and be registered exactly.",
    action: "retry",
  },
  interaction_in_progress: {
    title: "Another sign-in is still open",
    cause: "A sign-in was begun in this tab and not finished.",
    advice: "Finish it, or close its window and try again.",
    action: "retry",
  },
  interaction_in_progress_cancelled: {
    title: "The sign-in was replaced by a newer one",
    cause: "A second sign-in was begun before the first had ended.",
    advice: "Finish the newer one.",
    action: "retry",
  },
  user_cancelled: {
    title: "The sign-in was cancelled",
    cause: "The sign-in window was closed before the end.",
    advice: "Try again.",
    action: "retry",
  },
  access_denied: {
    title: "The sign-in was refused",
    cause: "The sign-in or consent page was answered with Cancel.",
    advice: "Try again and accept the permissions, or ask an administrator to.",
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
  interaction_required: signInAgain("Entra ID wants you to sign in again", "It will not renew the token silently."),
  login_required: signInAgain(
    "Entra ID wants you to sign in again",
    "It has no session for this browser, or the browser keeps its cookies from the hidden renewal.",
  ),
  invalid_grant: signInAgain("The sign-in can no longer be renewed", "It expired, or it was withdrawn."),
  refresh_token_expired: signInAgain("The sign-in is too old to be renewed", "A refresh token lives 24 hours."),
  no_tokens_found: signInAgain(
    "No token is stored",
    "The tab's storage was cleared, or the sign-in was another tab's.",
  ),
  no_account_error: {
    ...signInAgain("Nobody is signed in", "The tab's storage was cleared, or the sign-in has ended."),
    action: "other-user",
  },
  state_mismatch: signInAgain(
    "The answer belongs to another sign-in",
    "The state of the answer is not the one that this page sent; an old tab or a link may have been used.",
  ),
  state_not_found: signInAgain("The answer belongs to no sign-in", "This tab did not begin the sign-in it was sent."),
  nonce_mismatch: signInAgain("The answer belongs to another sign-in", "Its nonce is not the one that this page sent."),
  no_token_request_cache_error: signInAgain(
    "The answer came too late",
    "The tab no longer remembers the sign-in; going back in the history does this.",
  ),
  hash_empty_error: signInAgain("The sign-in returned nothing", "The redirect page was opened without an answer."),
  no_network_connectivity: {
    title: "This device is offline",
    cause: "The browser reports that there is no network.",
    advice: "Connect, then try again.",
    action: "retry",
  },
  network_error: {
    title: "Entra ID did not answer",
    cause: "The token request got no answer: the network is down, or the address is blocked or wrong.",
    advice: "Check the network and the configured authority, then try again.",
    action: "retry",
  },
  endpoints_resolution_error: {
    title: "The authority's endpoints are unknown",
    cause: "The discovery document of the configured authority could not be read.",
    advice: "Check ENTRA_AUTHORITY and ENTRA_TENANT_ID of the server, and the network.",
    action: "retry",
  },
  untrusted_authority: {
    title: "The authority is not trusted",
    cause: "The configured authority is neither Microsoft's nor listed as known.",
    advice: "Check ENTRA_AUTHORITY of the server.",
    action: "retry",
  },
  crypto_nonexistent: {
    title: "This page is not in a secure context",
    cause: "Browsers offer the cryptography that signing in needs only on https and on localhost.",
    advice: "Open the page over https, or as http://localhost.",
    action: "retry",
    link: docs("https://developer.mozilla.org/docs/Web/Security/Secure_Contexts"),
  },
  server_error: {
    title: "Entra ID failed",
    cause: "Entra ID reported an error of its own.",
    advice: "Try again in a while.",
    action: "retry",
  },
  temporarily_unavailable: {
    title: "Entra ID is busy",
    cause: "Entra ID asks to come back later.",
    advice: "Try again in a while.",
    action: "retry",
  },
};

const postRequestFailed = "network_error";
const sameAs: Readonly<Record<string, string>> = {
  post_request_failed: postRequestFailed,
  get_request_failed: postRequestFailed,
  openid_config_error: "endpoints_resolution_error",
  no_account_found: "no_account_error",
  no_account_in_silent_request: "no_account_error",
  user_canceled: "user_cancelled",
};

/** What to do about one of MSAL's codes. */
export function msalAdvice(code: string): Advice {
  return (
    msal[sameAs[code] ?? code] ?? {
      title: "The sign-in failed",
      cause: "The sign-in library gave a code that this page has no advice for.",
      advice: "Look the code up, then try again.",
      action: "retry",
      link: docs(`https://aka.ms/msal.js.errors#${encodeURIComponent(code)}`),
    }
  );
}
