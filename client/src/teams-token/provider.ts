// From a signed-in account to an ACS access token of the same Teams user. No React and no page: usable anywhere.
import type { ClientConfig } from "@teams-token-exchange/server/contract";
import { type AcsToken, exchangeTeamsToken } from "../api/exchange-teams-token.ts";
import { acquireToken, type Interaction, type TokenClient } from "../auth/acquire-token.ts";
import { fetchClientConfig } from "../config.ts";

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

export interface AcquireOptions {
  readonly interaction?: Interaction | undefined;
  /** Claims of a challenge by our API, as JSON; they apply to its token. */
  readonly claims?: string | undefined;
}

export interface TeamsTokenProviderOptions {
  /** An initialised MSAL application with a signed-in account. */
  readonly msal: TokenClient;
  /** Origin of the exchange server, such as `https://exchange.example`. */
  readonly endpoint: string;
  /** What `GET /api/config` of that server answers, where it is known already; fetched otherwise. */
  readonly config?: ClientConfig;
  readonly fetch?: typeof fetch;
}

export interface TeamsTokenProvider {
  /** Gets both Entra tokens. Throws MSAL's `AuthError`. */
  acquireEntraTokens(options?: AcquireOptions): Promise<EntraTokens>;
  /** Gets both Entra tokens, silently where not told otherwise, and exchanges them. */
  exchange(options?: AcquireOptions): Promise<AcsToken>;
}

/** Makes a provider of ACS access tokens for the Teams user who is signed in with `msal`. */
export function createTeamsTokenProvider(options: TeamsTokenProviderOptions): TeamsTokenProvider {
  const { msal, endpoint, fetch: fetchFn = fetch } = options;
  let config = options.config;

  async function acquire(scopes: readonly string[], request: AcquireOptions): Promise<EntraToken> {
    const result = await acquireToken(msal, { ...request, scopes });
    return {
      token: result.accessToken,
      expiresOnTimestamp: result.expiresOn?.getTime() ?? 0,
      scopes: result.scopes,
    };
  }

  async function acquireEntraTokens({ interaction, claims }: AcquireOptions = {}): Promise<EntraTokens> {
    config ??= await fetchClientConfig(endpoint, fetchFn);
    // One after the other: two interactions at a time are one too many for MSAL and for the person.
    const api = await acquire(config.apiScopes, { interaction, claims });
    const teams = await acquire(config.teamsScopes, { interaction });
    return { api, teams };
  }

  return {
    acquireEntraTokens,
    async exchange(request) {
      const { api, teams } = await acquireEntraTokens(request);
      return await exchangeTeamsToken(
        endpoint,
        { callerToken: api.token, teamsToken: teams.token },
        { fetch: fetchFn },
      );
    },
  };
}
