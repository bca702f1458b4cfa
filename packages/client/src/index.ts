// The part of the client that other programs use: no React, no page.
export { type AcsToken, type ExchangeTokens, exchangeTeamsToken } from "./api/exchange-teams-token.ts";
export { NetworkError, UnexpectedResponseError } from "./api/fetch-json.ts";
export { ProblemError } from "./api/problem.ts";
export { acquireToken, type Interaction, NoAccountError, type TokenClient } from "./auth/acquire-token.ts";
export { msalConfiguration } from "./auth/msal-configuration.ts";
export { fetchClientConfig } from "./config.ts";
export { describeFailure, type Failure } from "./failure/failure.ts";
export { createDirectTokenCredential, type DirectExchangeOptions } from "./teams-token/direct-exchange.ts";
export { DirectExchangeError, DirectExchangeNotOfferedError } from "./teams-token/direct-exchange-error.ts";
export {
  type AcquireOptions,
  type CredentialOptions,
  createTeamsTokenProvider,
  type EntraToken,
  type EntraTokens,
  type ExchangeWay,
  type TeamsTokenProvider,
  type TeamsTokenProviderOptions,
} from "./teams-token/provider.ts";
export type { AbortSignalLike, RefreshEvents, TokenRefresher } from "./teams-token/refresher.ts";
