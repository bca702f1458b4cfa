// MSAL: its configuration, and how to get a token with it.
import type {
  AccountInfo,
  AuthenticationResult,
  Configuration,
  InteractionRequiredAuthError,
  IPublicClientApplication,
} from "@azure/msal-browser";
import type { ClientConfig } from "@teams-token-exchange/rules/contract";

const withoutSlash = (address: string) => address.replace(/\/+$/, "");
const redirectUri = (origin: string) => `${withoutSlash(origin)}/redirect.html`;

/**
 * Makes the configuration of an MSAL application. The page `/redirect.html` of your origin must call MSAL's
 * `broadcastResponseToMainFrame`, and its address must be registered as a redirect URI of the platform
 * *Single-page application*.
 *
 * @param config The result of `fetchClientConfig`.
 * @param origin The origin of your app, usually `location.origin`, or the address of its folder.
 * @example
 * ```ts
 * const msal = new PublicClientApplication(msalConfiguration(config, location.origin));
 * await msal.initialize();
 * ```
 */
export function msalConfiguration(config: ClientConfig, origin: string): Configuration {
  return {
    auth: {
      clientId: config.clientId,
      authority: config.authority,
      knownAuthorities: config.knownAuthorities,
      ...(config.authorityMetadata === undefined ? {} : { authorityMetadata: config.authorityMetadata }),
      redirectUri: redirectUri(origin),
      postLogoutRedirectUri: `${withoutSlash(origin)}/`,
      // Tells Entra ID that this client can answer a claims challenge. Without it, revoked access ends later.
      clientCapabilities: ["CP1"],
    },
    cache: {
      cacheLocation: "sessionStorage",
    },
    system: {
      // ACS credentials refresh 10 minutes before the expiry. With MSAL's default of 5 minutes they would get the old
      // token again and again until then.
      tokenRenewalOffsetSeconds: 900,
      // By default MSAL gives up after 60 seconds, which is too short for a second factor.
      popupBridgeTimeout: 600_000,
    },
  };
}

/**
 * The page on which an administrator consents for the whole tenant.
 *
 * @param config The result of `fetchClientConfig`.
 * @param origin The origin of your app. Entra ID sends the administrator to its `/redirect.html` afterwards.
 */
export function adminConsentUrl(config: ClientConfig, origin: string): string {
  const url = new URL(`/${config.tenantId}/adminconsent`, loginOrigin(config));
  url.searchParams.set("client_id", config.clientId);
  url.searchParams.set("redirect_uri", redirectUri(origin));
  return url.href;
}

// If the server sends metadata, the authority is only a name; the real addresses are in the metadata.
function loginOrigin({ authority, authorityMetadata }: ClientConfig): string {
  if (authorityMetadata === undefined) return new URL(authority).origin;
  const { authorization_endpoint: endpoint } = JSON.parse(authorityMetadata) as { authorization_endpoint?: unknown };
  return new URL(typeof endpoint === "string" ? endpoint : authority).origin;
}

/** What to do if Entra ID needs the user: fail (`none`), open a window (`popup`), or leave the page (`redirect`). */
export type Interaction = "none" | "popup" | "redirect";

/** The part of an MSAL application that this package uses. A `PublicClientApplication` has all of it. */
export type TokenClient = Pick<
  IPublicClientApplication,
  "acquireTokenSilent" | "acquireTokenPopup" | "acquireTokenRedirect" | "getActiveAccount" | "getAllAccounts"
> &
  Partial<Pick<IPublicClientApplication, "addEventCallback" | "removeEventCallback">>;

export interface TokenRequest {
  /** Scopes of one resource. */
  readonly scopes: readonly string[];
  /** Claims of a challenge, as JSON. MSAL does not use its cache for them. */
  readonly claims?: string | undefined;
  /** Gets a new token even if the cached one is still valid. Default: false. */
  readonly forceRefresh?: boolean | undefined;
  /** What to do if Entra ID needs the user. Default: `none`. */
  readonly interaction?: Interaction | undefined;
}

/** Nobody is signed in, or several accounts are signed in and none of them is active. */
export class NoAccountError extends Error {
  override readonly name = "NoAccountError";
}

/** The active account, or the only one. */
export function findAccount(msal: TokenClient): AccountInfo | undefined {
  const active = msal.getActiveAccount();
  if (active !== null) return active;
  const [first, second] = msal.getAllAccounts();
  return second === undefined ? first : undefined;
}

/**
 * Calls `onChange` when another account becomes active, while at least one watcher exists. Returns a function that adds a
 * watcher and returns a function that removes it.
 */
export function accountWatch(msal: TokenClient, onChange: () => void): () => () => void {
  const accountId = () => findAccount(msal)?.homeAccountId;
  let watchers = 0;
  let callbackId: string | null | undefined;
  let known: string | undefined;
  return () => {
    watchers += 1;
    if (watchers === 1) {
      known = accountId();
      callbackId = msal.addEventCallback?.(() => {
        const current = accountId();
        if (current === known) return;
        known = current;
        onChange();
      });
    }
    let isWatching = true;
    return () => {
      if (!isWatching) return;
      isWatching = false;
      watchers -= 1;
      if (watchers === 0 && callbackId) msal.removeEventCallback?.(callbackId);
    };
  };
}

/**
 * Gets an Entra token for the active account: silently if possible, otherwise as `request.interaction` says.
 * With `redirect`, the promise does not settle if the page is left.
 *
 * @throws {NoAccountError} Nobody is signed in, or the account is ambiguous.
 * @throws {AuthError} Any error of MSAL; an `InteractionRequiredAuthError` only if `interaction` is `none`.
 * @example
 * ```ts
 * const { accessToken } = await acquireToken(msal, { scopes: config.apiScopes, interaction: "popup" });
 * ```
 */
export async function acquireToken(msal: TokenClient, request: TokenRequest): Promise<AuthenticationResult> {
  const account = findAccount(msal);
  if (account === undefined) throw new NoAccountError("no account is signed in");
  const scopes = [...request.scopes];
  try {
    return await msal.acquireTokenSilent({
      scopes,
      account,
      ...(request.claims === undefined ? {} : { claims: request.claims }),
      ...(request.forceRefresh === undefined ? {} : { forceRefresh: request.forceRefresh }),
    });
  } catch (error) {
    if (!isInteractionRequired(error)) throw error;
    // Entra ID's own challenge is newer than the one in the request.
    const claims = error.claims || request.claims;
    // The error must carry the claims of the request, so that the next interactive sign-in can ask for them. Entra ID
    // sends its own challenge again, and then for the right one of two resources.
    error.claims = request.claims ?? "";
    const interactive = { scopes, account, ...(claims ? { claims } : {}) };
    if (request.interaction === "popup") {
      return await msal.acquireTokenPopup({ ...interactive, overrideInteractionInProgress: true });
    }
    if (request.interaction === "redirect") return await leavePage(() => msal.acquireTokenRedirect(interactive));
    throw error;
  }
}

// By name, because an app can contain a second copy of MSAL with its own classes.
function isInteractionRequired(error: unknown): error is InteractionRequiredAuthError {
  return error instanceof Error && error.name === "InteractionRequiredAuthError";
}

// While the browser leaves the page, the caller must neither continue nor report a failure.
async function leavePage(redirect: () => Promise<void>): Promise<never> {
  await redirect();
  return await new Promise<never>(() => {});
}
