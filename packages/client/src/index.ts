// Gets Azure Communication Services (ACS) tokens for a signed-in Teams user. No UI framework.
import type { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { DirectExchangeOptions } from "./direct-exchange.ts";

export type { CallingService, ClientConfig } from "@teams-token-exchange/rules/contract";
export type { DirectExchangeOptions } from "./direct-exchange.ts";
export { DirectExchangeError, DirectExchangeNotOfferedError } from "./direct-exchange-errors.ts";
export {
  acquireToken,
  adminConsentUrl,
  type Interaction,
  msalConfiguration,
  NoAccountError,
  type TokenClient,
  type TokenRequest,
} from "./entra-tokens.ts";
export { type AbortSignalLike, ShortLivedTokenError, type TokenRefresher } from "./refresher.ts";
export {
  type AcsToken,
  type ExchangeOptions,
  type ExchangeTokens,
  exchangeTeamsToken,
  fetchClientConfig,
} from "./server-api.ts";
export { NetworkError, ProblemError, UnexpectedResponseError } from "./server-errors.ts";
export { createTeamsTokenSource } from "./teams-token-source.ts";
export type {
  EntraToken,
  EntraTokens,
  ExchangeWay,
  TeamsTokenOptions,
  TeamsTokenSource,
  TeamsTokenSourceOptions,
  TeamsTokenState,
} from "./teams-token-source-types.ts";

/**
 * Makes an ACS credential for Teams Phone Extensibility. ACS itself exchanges the user's Entra token, without the
 * exchange server; the credential renews it when needed. The first exchange starts immediately.
 *
 * @throws {DirectExchangeNotOfferedError} The server does not offer the direct exchange.
 * @example
 * ```ts
 * const credential = await createDirectTokenCredential({ msal, config, interaction: "popup" });
 * ```
 */
export async function createDirectTokenCredential(
  options: DirectExchangeOptions,
): Promise<AzureCommunicationTokenCredential> {
  const { directTokenCredential } = await import("./direct-exchange.ts");
  return directTokenCredential(options);
}
