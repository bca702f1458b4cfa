// MSAL's configuration, and the reason for each setting that is not MSAL's default.
import type { Configuration } from "@azure/msal-browser";
import type { ClientConfig } from "@teams-token-exchange/rules/contract";

/**
 * Makes MSAL's configuration for a page at `origin`. The page `/redirect.html` of that origin must call
 * `broadcastResponseToMainFrame` and must be registered as a redirect URI of the single-page application platform.
 */
export function msalConfiguration(config: ClientConfig, origin: string): Configuration {
  return {
    auth: {
      clientId: config.clientId,
      authority: config.authority,
      knownAuthorities: config.knownAuthorities,
      ...(config.authorityMetadata === undefined ? {} : { authorityMetadata: config.authorityMetadata }),
      redirectUri: `${origin}/redirect.html`,
      postLogoutRedirectUri: `${origin}/`,
      // Says that this client can answer a claims challenge; without it Entra ID withdraws access less promptly.
      clientCapabilities: ["CP1"],
    },
    cache: { cacheLocation: "sessionStorage" },
    system: {
      // ACS credentials refresh 10 minutes ahead. With MSAL's default of 5 minutes they would be handed the old token
      // again and again in between.
      tokenRenewalOffsetSeconds: 900,
      // MSAL gives a person 60 seconds to sign in; the page has its own Cancel, so that nobody has to hurry.
      popupBridgeTimeout: 600_000,
    },
  };
}
