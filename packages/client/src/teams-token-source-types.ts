// The contract of teams-token-source.ts: what an app passes in, and what it gets.
import type { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { ClientConfig } from "@teams-token-exchange/rules/contract";
import type { Interaction, TokenClient } from "./entra-tokens.ts";
import type { TokenRefresher } from "./refresher.ts";
import type { AcsToken, ExchangeOptions } from "./server-api.ts";

/** One of the two Entra tokens. */
export interface EntraToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresOnTimestamp: number;
  readonly scopes: readonly string[];
}

/** The two Entra tokens that an exchange needs. */
export interface EntraTokens {
  /** The caller token: for the API of the exchange server. */
  readonly api: EntraToken;
  /** The Teams token: for the Teams resource of ACS. */
  readonly teams: EntraToken;
}

/** `server`: the exchange server exchanges, for the Teams user. `direct`: ACS exchanges, for Teams Phone Extensibility. */
export type ExchangeWay = "server" | "direct";

export interface TeamsTokenOptions {
  /** How to exchange. Default: `server` the first time, then as the last time. */
  readonly way?: ExchangeWay | undefined;
  /** What to do if Entra ID needs the user. Default: `none`, which fails. */
  readonly interaction?: Interaction | undefined;
  /** Claims of a challenge by the exchange server, as JSON. They apply to the caller token. */
  readonly claims?: string | undefined;
  /** Gets a new Teams token even if the cached one is still valid. Default: false. */
  readonly renewTeamsToken?: boolean | undefined;
  /** Cancels the request to the exchange server. */
  readonly signal?: AbortSignal | undefined;
}

export interface TeamsTokenSourceOptions {
  /** An initialised MSAL application, configured with `msalConfiguration`. */
  readonly msal: TokenClient;
  /** Address of the exchange server, such as `https://exchange.example` or `https://host.example/calls`. */
  readonly endpoint: string;
  /** As in {@link ExchangeOptions}. */
  readonly callerTokenHeader?: ExchangeOptions["callerTokenHeader"];
  /** The result of `fetchClientConfig`. Default: the source fetches it when it is first needed. */
  readonly config?: ClientConfig | undefined;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /**
   * A refresh in the background failed. The source tries again; this is called for every failed try. Errors
   * of `token()`, `exchange()` and `credential()` are thrown instead.
   */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
  /** A refresh in the background succeeded. */
  readonly onRefreshed?: ((token: AcsToken) => void) | undefined;
}

/** What an app can show. It never contains a token. */
export type TeamsTokenState =
  /** Nobody is signed in, or several accounts are and none is active. */
  | { readonly status: "signed-out" }
  /** Someone is signed in, and there is no ACS token yet. */
  | { readonly status: "idle" }
  /** The first ACS token is on its way. */
  | { readonly status: "exchanging" }
  /** There is an ACS token. `expiresOnTimestamp` is in milliseconds since 1970. */
  | { readonly status: "ready"; readonly expiresOnTimestamp: number }
  /**
   * The last exchange failed with `error`. If `isRetrying` is true, it was a refresh, and the source tries again
   * automatically. `expiresOnTimestamp` is the expiry of the last ACS token, if there is one.
   */
  | {
      readonly status: "trouble";
      readonly error: unknown;
      readonly isRetrying: boolean;
      readonly expiresOnTimestamp: number | undefined;
    };

/** All functions work without `this`, so you can pass them on: `useSyncExternalStore(source.subscribe, source.state)`. */
export interface TeamsTokenSource {
  /**
   * Makes a credential for the ACS SDKs that stays valid until you call `credential.dispose()` and `source.dispose()`.
   * It exchanges first if there is no token with more than 10 minutes left. Throws what {@link exchange} throws, or an
   * `AbortError` if `dispose()` is called meanwhile.
   */
  credential(options?: TeamsTokenOptions): Promise<AzureCommunicationTokenCredential>;
  /** The current ACS token, or a new one if less than 10 minutes are left. Throws what {@link exchange} throws. */
  token(options?: TeamsTokenOptions): Promise<AcsToken>;
  /**
   * Gets both Entra tokens and exchanges them, even if there is a valid ACS token. It answers a claims challenge of the
   * server once, and renews a Teams token that the server calls too old once.
   *
   * Throws MSAL's `AuthError` or `NoAccountError`, or a `ProblemError`, `NetworkError` or `UnexpectedResponseError`. A
   * direct exchange throws a `DirectExchangeError` or `DirectExchangeNotOfferedError`.
   */
  exchange(options?: TeamsTokenOptions): Promise<AcsToken>;
  /** Gets only the two Entra tokens. Throws MSAL's `AuthError` or `NoAccountError`, or what `fetchClientConfig` throws. */
  entraTokens(options?: TeamsTokenOptions): Promise<EntraTokens>;
  /**
   * For a credential that you make yourself: `new AzureCommunicationTokenCredential({ tokenRefresher: source.refresher,
   * refreshProactively: true })`. It retries until it succeeds, and rejects only if its signal is aborted.
   */
  readonly refresher: TokenRefresher;
  /** The current state. The same object until something changes. */
  state(): TeamsTokenState;
  /** Calls `listener` after each change of the state. Returns a function that stops it. */
  subscribe(listener: () => void): () => void;
  /**
   * Tries again now if the state is `trouble`. With `interaction: "popup"` it asks the user first; call it in a click
   * handler then. It never rejects: the outcome is in the state.
   */
  retry(options?: TeamsTokenOptions): Promise<void>;
  /**
   * Stops refreshing, drops the ACS token, and gives no more tokens to the credentials made so far. The source can be used
   * again afterwards.
   */
  dispose(): void;
}
