// The exchange without a server, for Teams Phone Extensibility: the ACS SDK sends the person's Entra token to the ACS resource
// itself. For whom that is, says docs/guides/teams-phone-extensibility.md.
import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { ClientConfig } from "@teams-token-exchange/rules/contract";
import type { AcsToken } from "../api/exchange-teams-token.ts";
import { acquireToken, type Interaction, type TokenClient } from "../auth/acquire-token.ts";
import { DirectExchangeError, DirectExchangeNotOfferedError } from "./direct-exchange-error.ts";

export interface DirectExchangeOptions {
  /** An initialised MSAL application with a signed-in account. */
  readonly msal: TokenClient;
  /** What `GET /api/config` of the server answers. */
  readonly config: ClientConfig;
  /** How the person may be asked where Entra ID wants it; `none` by default, which fails instead. */
  readonly interaction?: Interaction | undefined;
  readonly forceRefresh?: boolean | undefined;
}

/**
 * Makes an ACS credential whose tokens ACS gives for the person's Entra token, got anew whenever it is needed. Use it at once:
 * it begins to exchange by itself. Throws a {@link DirectExchangeNotOfferedError} where the server does not say how.
 */
export function createDirectTokenCredential(options: DirectExchangeOptions): AzureCommunicationTokenCredential {
  const { msal, config, interaction, forceRefresh } = options;
  const { teamsPhone } = config;
  if (teamsPhone === undefined) throw new DirectExchangeNotOfferedError("no direct exchange is offered");
  const tokenCredential = {
    async getToken() {
      const scopes = teamsPhone.scopes;
      const { accessToken, expiresOn } = await acquireToken(msal, { scopes, interaction, forceRefresh });
      return { token: accessToken, expiresOnTimestamp: expiresOn?.getTime() ?? 0 };
    },
  };
  return new AzureCommunicationTokenCredential({ ...teamsPhone, tokenCredential });
}

/** One exchange. Throws MSAL's `AuthError`, a {@link DirectExchangeError} or a {@link DirectExchangeNotOfferedError}. */
export async function exchangeDirectly(options: DirectExchangeOptions): Promise<AcsToken> {
  const credential = createDirectTokenCredential(options);
  try {
    const { token, expiresOnTimestamp } = await credential.getToken();
    return { token, expiresOnTimestamp, requestId: undefined };
  } catch (error) {
    throw isAuthError(error) ? error : directExchangeError(error);
  } finally {
    credential.dispose();
  }
}

const isAuthError = (error: unknown) =>
  error instanceof Error && typeof (error as { errorCode?: unknown }).errorCode === "string";

/** The SDK tells what ACS answered in its message alone. */
function directExchangeError(error: unknown): DirectExchangeError {
  const message = error instanceof Error ? error.message : "";
  const [, status] = /\bStatus: (\d{3})\b/.exec(message) ?? [];
  const [, acsCode] = /"code":"(\w{1,64})"/.exec(message) ?? [];
  return new DirectExchangeError(status === undefined ? undefined : Number(status), acsCode, error);
}
