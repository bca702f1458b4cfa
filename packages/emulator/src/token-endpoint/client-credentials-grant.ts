// grant_type=client_credentials: a token for the application itself, with its secret or certificate.

import { rolesOfClient } from "../entra/app-roles.ts";
import { EntraError } from "../entra/entra-error.ts";
import { mintAccessToken } from "../entra/entra-tokens.ts";
import { isOpenIdScope, readScopes, singleResource } from "../entra/scopes.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Answer } from "../http/operation.ts";
import { requiredField, type TokenRequest } from "./token-request.ts";

/**
 * @throws EntraError: AADSTS50059 without a tenant, 7000218 without client authentication, 1002012 for anything but
 * `.default`
 */
export async function clientCredentialsGrant(context: EmulatorContext, request: TokenRequest): Promise<Answer> {
  const { client, tenant, form, origin, clientAuthentication } = request;
  if (!tenant) throw new EntraError(50059);
  if (!clientAuthentication) throw new EntraError(7000218);
  const scope = requiredField(form, "scope");
  // MSAL for Java adds OpenID scopes to every request. Without a user they mean nothing, and Entra ignores them.
  const [single, ...more] = scope.split(" ").filter((word) => word !== "" && !isOpenIdScope(word));
  if (!single?.toLowerCase().endsWith("/.default") || more.length > 0) throw new EntraError(1002012, [scope]);
  const target = singleResource(readScopes(context.state, client, tenant, scope), scope);
  if (!target) throw new EntraError(70011, [`${scope} is not valid`]);
  const { resource, identifier } = target;
  const { accessToken, lifetimeSeconds } = await mintAccessToken(context, origin, {
    tenant,
    client,
    resource,
    identifier,
    scopes: [],
    clientAuthentication,
    roles: rolesOfClient(tenant, resource, client.appId),
    clientCapabilities: request.claims.clientCapabilities,
  });
  const times = { expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds };
  return {
    status: 200,
    asked: `${client.displayName} for itself: ${scope}`,
    body: { token_type: "Bearer", ...times, access_token: accessToken },
  };
}
