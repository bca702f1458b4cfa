// The exchange for Teams Phone Extensibility: the browser sends the user's Entra token to Azure Communication Services
// (ACS) itself. This file loads the ACS SDK, so it is only imported dynamically.
import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { ClientConfig } from "@teams-token-exchange/rules/contract";
import { DirectExchangeError, DirectExchangeNotOfferedError } from "./direct-exchange-errors.ts";
import { acquireToken, type Interaction, type TokenClient } from "./entra-tokens.ts";
import type { AcsToken } from "./server-api.ts";

export interface DirectExchangeOptions {
  /** An initialised MSAL application with a signed-in account. */
  readonly msal: TokenClient;
  /** The result of `fetchClientConfig`. */
  readonly config: ClientConfig;
  /** What to do if Entra ID needs the user. Default: `none`, which fails. */
  readonly interaction?: Interaction | undefined;
  /** Gets a new Entra token even if the cached one is still valid. Default: false. */
  readonly forceRefresh?: boolean | undefined;
}

/** See `createDirectTokenCredential` in index.ts. */
export function directTokenCredential(options: DirectExchangeOptions): AzureCommunicationTokenCredential {
  const { msal, config, interaction, forceRefresh } = options;
  const { teamsPhone } = config;
  if (teamsPhone === undefined) throw new DirectExchangeNotOfferedError("no direct exchange is offered");
  const tokenCredential = {
    async getToken() {
      const { scopes } = teamsPhone;
      const { accessToken, expiresOn } = await acquireToken(msal, { scopes, interaction, forceRefresh });
      return { token: accessToken, expiresOnTimestamp: expiresOn?.getTime() ?? 0 };
    },
  };
  return new AzureCommunicationTokenCredential({ ...teamsPhone, tokenCredential });
}

/** Makes one exchange. Throws MSAL's `AuthError`, a {@link DirectExchangeError} or a {@link DirectExchangeNotOfferedError}. */
export async function exchangeDirectly(options: DirectExchangeOptions): Promise<AcsToken> {
  const credential = directTokenCredential(options);
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

/** The SDK puts the status and the code of ACS only into its message. */
function directExchangeError(error: unknown): DirectExchangeError {
  const message = error instanceof Error ? error.message : "";
  const [, status] = /\bStatus: (\d{3})\b/.exec(message) ?? [];
  const [, acsCode] = /"code":"(\w{1,64})"/.exec(message) ?? [];
  return new DirectExchangeError(status === undefined ? undefined : Number(status), acsCode, error);
}
