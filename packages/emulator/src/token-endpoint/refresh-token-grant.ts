// grant_type=refresh_token. One refresh token works for every resource that the user has consented to.

import { EntraError } from "../entra/entra-error.ts";
import { isSpaOrigin } from "../entra/redirect-uri.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Answer } from "../http/operation.ts";
import { isConfidential, requiredField, type TokenRequest } from "./token-request.ts";
import { userTokens } from "./user-tokens.ts";

function checkOrigin({ browserOrigin, client, clientAuthentication }: TokenRequest, spa: boolean): void {
  if (spa) {
    if (browserOrigin === undefined) throw new EntraError(9002327);
    if (!isSpaOrigin(client, browserOrigin)) throw new EntraError(9002326, [browserOrigin]);
    return;
  }
  if (browserOrigin !== undefined) throw new EntraError(9002326, [browserOrigin]);
  if (isConfidential(client) && !clientAuthentication) throw new EntraError(7000218);
}

/** @throws EntraError: AADSTS70000, 70008, 700084 and those of userTokens */
export async function refreshTokenGrant(context: EmulatorContext, request: TokenRequest): Promise<Answer> {
  const refreshed = context.state.refreshTokens.get(requiredField(request.form, "refresh_token"));
  if (!refreshed || refreshed.clientAppId !== request.client.appId) throw new EntraError(70000);
  if (request.tenant && request.tenant.id !== refreshed.tenantId) throw new EntraError(70000);
  if (refreshed.expiresAt <= context.clock.now()) {
    throw refreshed.spa ? new EntraError(700084, [new Date(refreshed.issuedAt).toISOString()]) : new EntraError(70008);
  }
  checkOrigin(request, refreshed.spa);
  const scope = request.form.get("scope") || refreshed.scope;
  // Entra issues a new refresh token each time, even if the request does not ask for offline access.
  const withRefresh = scope.split(" ").includes("offline_access") ? scope : `${scope} offline_access`;
  return userTokens(context, request, { ...refreshed, refreshed }, withRefresh);
}
