// The requests to the exchange server.
import type { ClientConfig, ExchangeRequest, ExchangeResponse } from "@teams-token-exchange/rules/contract";
import { isProblemBody, NetworkError, ProblemError, UnexpectedResponseError } from "./server-errors.ts";

interface JsonResponse {
  readonly body: unknown;
  readonly requestId: string | undefined;
}

/**
 * Sends a request and reads the JSON of a 2xx response. Throws a {@link ProblemError} for a problem document, an
 * {@link UnexpectedResponseError} for any other response, a {@link NetworkError} if none arrived, and the reason of
 * `init.signal` if it was aborted.
 */
export async function fetchJson(url: URL, init: RequestInit, fetchFn: typeof fetch): Promise<JsonResponse> {
  let response: Response;
  let body: unknown;
  try {
    // The response holds an access token, so it must not stay in the browser's cache even if a header allows it.
    response = await fetchFn(url, { ...init, cache: "no-store", credentials: "omit", redirect: "error" });
    body = await response.json().catch((error: unknown) => {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    });
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new NetworkError(url.pathname, error);
  }
  const requestId = response.headers.get("x-request-id") ?? undefined;
  if (!response.ok && isProblemBody(body)) throw new ProblemError(body, response.headers);
  if (!response.ok || body === undefined) throw new UnexpectedResponseError(url.pathname, response.status, requestId);
  return { body, requestId };
}

const exchangePath = "/api/token/teams";

/** An ACS access token of a Teams user. */
export interface AcsToken {
  readonly token: string;
  /** Milliseconds since 1970, as ACS credentials expect it. */
  readonly expiresOnTimestamp: number;
  /** The ID under which the server logged the exchange; undefined for a direct exchange. */
  readonly requestId: string | undefined;
}

/** The two Entra tokens of one user. */
export interface ExchangeTokens {
  /** The access token for the API of the exchange server. */
  readonly callerToken: string;
  /** The access token with `Teams.ManageCalls` and `Teams.ManageChats`. */
  readonly teamsToken: string;
}

export interface ExchangeOptions {
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Cancels the request. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The header for the caller token, if a gateway replaces `Authorization`: the server's setting `CALLER_TOKEN_HEADER`.
   * Default: `authorization`.
   */
  readonly callerTokenHeader?: string | undefined;
}

/** The endpoint may have a path, with or without a slash at its end. */
const urlAt = (endpoint: string, path: string) => new URL(endpoint.replace(/\/*$/, path));

/**
 * Exchanges two Entra tokens for an ACS token. It is one request: it gets no tokens and does not retry.
 * `createTeamsTokenSource` does both.
 *
 * @param endpoint Address of the exchange server, such as `https://exchange.example` or `https://host.example/calls`.
 * @throws {ProblemError} The server refused the exchange.
 * @throws {UnexpectedResponseError} The response did not come from an exchange server.
 * @throws {NetworkError} No response arrived. If `signal` was aborted, its reason is thrown instead.
 * @example
 * ```ts
 * const { token, expiresOnTimestamp } = await exchangeTeamsToken("https://exchange.example", { callerToken, teamsToken });
 * ```
 */
export async function exchangeTeamsToken(
  endpoint: string,
  tokens: ExchangeTokens,
  options: ExchangeOptions = {},
): Promise<AcsToken> {
  const { fetch: fetchFn = fetch, signal, callerTokenHeader = "authorization" } = options;
  const request: ExchangeRequest = { teamsUserToken: tokens.teamsToken };
  const init = {
    method: "POST",
    headers: {
      [callerTokenHeader]: `Bearer ${tokens.callerToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(request),
  };
  const url = urlAt(endpoint, exchangePath);
  const { body, requestId } = await fetchJson(url, signal === undefined ? init : { ...init, signal }, fetchFn);
  return acsToken(body, requestId);
}

// The ACS credential accepts any string as a token and any number as an expiry, so check them here.
function acsToken(body: unknown, requestId: string | undefined): AcsToken {
  const { token, expiresOn } = (body ?? {}) as Partial<Record<keyof ExchangeResponse, unknown>>;
  const expiresOnTimestamp = typeof expiresOn === "string" ? Date.parse(expiresOn) : Number.NaN;
  if (typeof token !== "string" || token === "" || Number.isNaN(expiresOnTimestamp)) {
    throw new UnexpectedResponseError(exchangePath, 200, requestId);
  }
  return { token, expiresOnTimestamp, requestId };
}

const configPath = "/api/config";

/**
 * Gets what a browser must know before anyone signs in: the IDs, scopes and authority of Entra ID. Nothing in it is
 * secret.
 *
 * @param endpoint Address of the exchange server, as for {@link exchangeTeamsToken}.
 * @param fetchFn Replaces the global `fetch`.
 * @throws {ProblemError | UnexpectedResponseError | NetworkError} As {@link exchangeTeamsToken}.
 * @example
 * ```ts
 * const config = await fetchClientConfig("https://exchange.example");
 * const msal = new PublicClientApplication(msalConfiguration(config, location.origin));
 * ```
 */
export async function fetchClientConfig(endpoint: string, fetchFn: typeof fetch = fetch): Promise<ClientConfig> {
  const { body } = await fetchJson(urlAt(endpoint, configPath), {}, fetchFn);
  return parseClientConfig(body);
}

const isStringArray = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

function isTeamsPhone(value: unknown): boolean {
  if (value === undefined) return true;
  const { resourceEndpoint, scopes } = (value ?? {}) as { resourceEndpoint?: unknown; scopes?: unknown };
  return typeof resourceEndpoint === "string" && isStringArray(scopes);
}

function isCallingService(value: unknown): boolean {
  if (value === undefined) return true;
  const { kind, endpoint } = (value ?? {}) as { kind?: unknown; endpoint?: unknown };
  return kind === "azure" || (kind === "emulator" && typeof endpoint === "string");
}

/** Checks the members of a client configuration. Throws an {@link UnexpectedResponseError} if one is missing or wrong. */
export function parseClientConfig(body: unknown): ClientConfig {
  const config = body as Partial<Record<keyof ClientConfig, unknown>> | null;
  const isValid =
    typeof config === "object" &&
    config !== null &&
    typeof config.tenantId === "string" &&
    typeof config.clientId === "string" &&
    typeof config.authority === "string" &&
    isStringArray(config.knownAuthorities) &&
    (config.authorityMetadata === undefined || typeof config.authorityMetadata === "string") &&
    isStringArray(config.apiScopes) &&
    isStringArray(config.teamsScopes) &&
    isTeamsPhone(config.teamsPhone) &&
    isCallingService(config.callingService) &&
    (config.graphEndpoint === undefined || typeof config.graphEndpoint === "string");
  if (!isValid) throw new UnexpectedResponseError(configPath, 200);
  return config as ClientConfig;
}
