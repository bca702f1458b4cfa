// How a token is got: silently, and where Entra ID wants the person, interactively with the claims that it asked for.
import type {
  AccountInfo,
  AuthenticationResult,
  InteractionRequiredAuthError,
  IPublicClientApplication,
} from "@azure/msal-browser";

/** How the person may be asked. `none` fails instead; `redirect` leaves the page. */
export type Interaction = "none" | "popup" | "redirect";

/** The part of MSAL that getting tokens needs. */
export type TokenClient = Pick<
  IPublicClientApplication,
  "acquireTokenSilent" | "acquireTokenPopup" | "acquireTokenRedirect" | "getActiveAccount" | "getAllAccounts"
>;

export interface TokenRequest {
  readonly scopes: readonly string[];
  /** Claims of a challenge, as JSON. They bypass MSAL's cache. */
  readonly claims?: string | undefined;
  readonly forceRefresh?: boolean | undefined;
  readonly interaction?: Interaction | undefined;
}

/** Nobody is signed in, or several accounts are and none was made the active one. */
export class NoAccountError extends Error {
  override readonly name = "NoAccountError";
}

/** The account to get tokens for. Throws a {@link NoAccountError} rather than guess between several. */
export function currentAccount(msal: TokenClient): AccountInfo {
  const accounts = msal.getAllAccounts();
  const account = msal.getActiveAccount() ?? (accounts.length === 1 ? accounts[0] : undefined);
  if (account === undefined) throw new NoAccountError("no account is signed in");
  return account;
}

/**
 * Gets a token of the current account. Throws MSAL's `AuthError`; an `InteractionRequiredAuthError` only where
 * `interaction` is `none`, its default.
 */
export async function acquireToken(msal: TokenClient, request: TokenRequest): Promise<AuthenticationResult> {
  const account = currentAccount(msal);
  const scopes = [...request.scopes];
  const challenge = request.claims === undefined ? {} : { claims: request.claims };
  try {
    return await msal.acquireTokenSilent({
      scopes,
      account,
      ...challenge,
      ...(request.forceRefresh === undefined ? {} : { forceRefresh: request.forceRefresh }),
    });
  } catch (error) {
    if (!isInteractionRequired(error)) throw error;
    // Entra ID's own challenge is newer than the one that we were given.
    const claims = error.claims || request.claims;
    // What we were given must be given again by whoever asks the person next. Entra ID's own challenge they will get anew,
    // and for the right one of two resources.
    error.claims = request.claims ?? "";
    const interactive = { scopes, account, ...(claims ? { claims } : {}) };
    if (request.interaction === "popup") {
      return await msal.acquireTokenPopup({ ...interactive, overrideInteractionInProgress: true });
    }
    if (request.interaction === "redirect") return await leavePage(() => msal.acquireTokenRedirect(interactive));
    throw error;
  }
}

// By name: a program that uses this may hold another copy of MSAL, whose classes are not ours.
function isInteractionRequired(error: unknown): error is InteractionRequiredAuthError {
  return error instanceof Error && error.name === "InteractionRequiredAuthError";
}

// The page is on its way out; whoever waits for the token must neither go on nor report a failure.
async function leavePage(redirect: () => Promise<void>): Promise<never> {
  await redirect();
  return await new Promise<never>(() => {});
}
