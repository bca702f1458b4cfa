// From a signed-in account to ACS access tokens of the same Teams user, for as long as a call lasts.
// No React and no page: usable with any framework.
import type { ClientConfig } from "@teams-token-exchange/rules/contract";
import { type AcsToken, exchangeTeamsToken } from "../api/exchange-teams-token.ts";
import { ProblemError } from "../api/problem.ts";
import { acquireToken, type Interaction, type TokenClient } from "../auth/acquire-token.ts";
import { fetchClientConfig } from "../config.ts";
import { createRefresher, type RefreshEvents, type Refresher, type TokenRefresher } from "./refresher.ts";

/** One of the two Entra tokens. */
export interface EntraToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresOnTimestamp: number;
  readonly scopes: readonly string[];
}

/** The two Entra tokens of the exchange: one for our API, one for the Teams resource of ACS. */
export interface EntraTokens {
  readonly api: EntraToken;
  readonly teams: EntraToken;
}

/** By our server, as the Teams user; or directly at ACS, for Teams Phone Extensibility. */
export type ExchangeWay = "server" | "direct";

export interface AcquireOptions {
  /** How the exchange is made; at first by the server, then as the last time. */
  readonly way?: ExchangeWay | undefined;
  /** How the person may be asked where Entra ID wants it; `none` by default, which fails instead. */
  readonly interaction?: Interaction | undefined;
  /** Claims of a challenge by our API, as JSON; they apply to its token. */
  readonly claims?: string | undefined;
  /** Gets a new Teams token although the cached one is still good. */
  readonly renewTeamsToken?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TeamsTokenProviderOptions extends RefreshEvents {
  /** An initialised MSAL application with a signed-in account. */
  readonly msal: TokenClient;
  /** Origin of the exchange server, such as `https://exchange.example`. */
  readonly endpoint: string;
  /** What `GET /api/config` of that server answers, where it is known already; fetched otherwise. */
  readonly config?: ClientConfig;
  readonly fetch?: typeof fetch;
  /** In [0, 1), for the jitter of refreshes. */
  readonly random?: () => number;
}

/** What `new AzureCommunicationTokenCredential(…)` takes. */
export interface CredentialOptions {
  readonly token: AcsToken;
  readonly tokenRefresher: TokenRefresher;
  readonly refreshProactively: true;
}

export interface TeamsTokenProvider {
  /** Gets both Entra tokens. Throws MSAL's `AuthError`. */
  acquireEntraTokens(options?: AcquireOptions): Promise<EntraTokens>;
  /**
   * Gets both Entra tokens, silently where not told otherwise, and exchanges them. A claims challenge of the server is
   * answered once, and a Teams token that it calls too old is renewed once. Throws MSAL's `AuthError`, or a `ProblemError`,
   * `NetworkError` or `UnexpectedResponseError`; the direct way a `DirectExchangeError` or `DirectExchangeNotOfferedError`.
   */
  exchange(options?: AcquireOptions): Promise<AcsToken>;
  /** The first token and the refresher for an ACS credential. Throws what {@link exchange} throws. */
  credentialOptions(options?: AcquireOptions): Promise<CredentialOptions>;
  /**
   * For `AzureCommunicationTokenCredential`. Resolves to a token with more than 10 minutes left, retrying for as long
   * as it takes; rejects only when its signal is aborted. Failures are told to `onRefreshTrouble` meanwhile.
   */
  readonly tokenRefresher: TokenRefresher;
  /** Ends the waiting between two tries, after the person has signed in again, for example. */
  retryRefresh(): void;
  /** Stops refreshing and forgets the token. The provider can be used again afterwards. */
  dispose(): void;
}

/** Makes a provider of ACS access tokens for the Teams user who is signed in with `msal`. */
export function createTeamsTokenProvider(options: TeamsTokenProviderOptions): TeamsTokenProvider {
  const { msal, endpoint, fetch: fetchFn = (...args) => fetch(...args) } = options;
  let config = options.config;
  let way: ExchangeWay = "server";

  async function acquireEntraTokens(request: AcquireOptions = {}): Promise<EntraTokens> {
    config ??= await fetchClientConfig(endpoint, fetchFn);
    const { interaction, claims, renewTeamsToken } = request;
    // One after the other: two interactions at a time are one too many for MSAL and for the person.
    const api = await entraToken(msal, { scopes: config.apiScopes, interaction, claims });
    const teams = await entraToken(msal, {
      scopes: config.teamsScopes,
      interaction,
      forceRefresh: renewTeamsToken,
    });
    return { api, teams };
  }

  async function exchangeOnce(request: AcquireOptions): Promise<AcsToken> {
    const { api, teams } = await acquireEntraTokens(request);
    const tokens = { callerToken: api.token, teamsToken: teams.token };
    return await exchangeTeamsToken(endpoint, tokens, { fetch: fetchFn, signal: request.signal });
  }

  async function exchangeByServer(request: AcquireOptions): Promise<AcsToken> {
    return exchangeOnce(request).catch((error: unknown) => {
      const better = betterRequest(error, request);
      if (better === undefined) throw error;
      return exchangeOnce(better);
    });
  }

  async function exchangeAtAcs({ interaction, renewTeamsToken }: AcquireOptions): Promise<AcsToken> {
    config ??= await fetchClientConfig(endpoint, fetchFn);
    // The SDK is large, and most people never go this way.
    const { exchangeDirectly } = await import("./direct-exchange.ts");
    return await exchangeDirectly({ msal, config, interaction, forceRefresh: renewTeamsToken });
  }

  async function exchange(request: AcquireOptions = {}): Promise<AcsToken> {
    way = request.way ?? way;
    const acsToken = await (way === "direct" ? exchangeAtAcs(request) : exchangeByServer(request));
    refresher.keep(acsToken);
    return acsToken;
  }

  const refresher: Refresher = createRefresher({ ...options, exchange });
  return {
    acquireEntraTokens,
    exchange,
    async credentialOptions(request) {
      const token = refresher.current() ?? (await exchange(request));
      refresher.schedule(token);
      return { token, tokenRefresher: refresher.refresh, refreshProactively: true };
    },
    tokenRefresher: refresher.refresh,
    retryRefresh: refresher.retryNow,
    dispose: refresher.dispose,
  };
}

/** The request that the server's refusal asks for. None where it was just that, or the two would go on for ever. */
function betterRequest(error: unknown, request: AcquireOptions): AcquireOptions | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  const { claims, problem } = error;
  if (claims !== undefined && claims !== request.claims) return { ...request, claims };
  const isOld = problem === "teams-token-expired" || problem === "teams-token-expiring";
  if (isOld && !request.renewTeamsToken) return { ...request, renewTeamsToken: true };
  return undefined;
}

async function entraToken(msal: TokenClient, request: Parameters<typeof acquireToken>[1]): Promise<EntraToken> {
  const { accessToken, expiresOn, scopes } = await acquireToken(msal, request);
  return { token: accessToken, expiresOnTimestamp: expiresOn?.getTime() ?? 0, scopes };
}
