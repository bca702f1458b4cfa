// The exchange itself: both Entra tokens to our server, an ACS access token back.
import type { ExchangeRequest, ExchangeResponse } from "@teams-token-exchange/rules/contract";
import { fetchJson, UnexpectedResponseError } from "./fetch-json.ts";

const path = "/api/token/teams";

/** An ACS access token of a Teams user. `expiresOnTimestamp` is in milliseconds since 1970, as ACS credentials want it. */
export interface AcsToken {
  readonly token: string;
  readonly expiresOnTimestamp: number;
  /** What the server logged the exchange under. */
  readonly requestId: string | undefined;
}

/** The two Entra tokens of one user, each for its own resource. */
export interface ExchangeTokens {
  readonly callerToken: string;
  readonly teamsToken: string;
}

export interface ExchangeOptions {
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Exchanges the tokens of a Teams user at the server at `endpoint` (an origin).
 * Throws a `ProblemError`, `UnexpectedResponseError` or `NetworkError`, or the reason of `signal`.
 */
export async function exchangeTeamsToken(
  endpoint: string,
  tokens: ExchangeTokens,
  { fetch: fetchFn = fetch, signal }: ExchangeOptions = {},
): Promise<AcsToken> {
  const request: ExchangeRequest = { teamsUserToken: tokens.teamsToken };
  const { body, requestId } = await fetchJson(
    new URL(path, endpoint),
    {
      method: "POST",
      headers: { authorization: `Bearer ${tokens.callerToken}`, "content-type": "application/json" },
      body: JSON.stringify(request),
      ...(signal === undefined ? {} : { signal }),
    },
    fetchFn,
  );
  return acsToken(body, requestId);
}

// The ACS credential takes any string for a token and any number for an expiry, so a wrong answer is stopped here.
function acsToken(body: unknown, requestId: string | undefined): AcsToken {
  const { token, expiresOn } = (body ?? {}) as Partial<Record<keyof ExchangeResponse, unknown>>;
  const expiresOnTimestamp = typeof expiresOn === "string" ? Date.parse(expiresOn) : Number.NaN;
  if (typeof token !== "string" || token === "" || Number.isNaN(expiresOnTimestamp)) {
    throw new UnexpectedResponseError(path, 200, requestId);
  }
  return { token, expiresOnTimestamp, requestId };
}
