// grant_type=password: resource owner password credentials. Only test clients should use it.

import { userByUpn } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Answer } from "../http/operation.ts";
import { requiredField, type TokenRequest } from "./token-request.ts";
import { userTokens } from "./user-tokens.ts";

/** @throws EntraError: AADSTS9001023 at `common`, 7000218 unless public flows are allowed, 50034, 50126 and those of userTokens */
export async function passwordGrant(context: EmulatorContext, request: TokenRequest): Promise<Answer> {
  const { client, tenant, form, clientAuthentication } = request;
  if (request.tenantSegment === "common") throw new EntraError(9001023);
  if (!client.publicClientFlows && !clientAuthentication) throw new EntraError(7000218);
  const user = userByUpn(context.state, requiredField(form, "username"));
  if (!user || (tenant && user.tenantId !== tenant.id)) {
    throw new EntraError(50034, [tenant?.displayName ?? "organizations"]);
  }
  if (requiredField(form, "password") !== user.password) throw new EntraError(50126);
  const scope = requiredField(form, "scope");
  const grant = {
    tenantId: user.tenantId,
    userOid: user.oid,
    clientAppId: client.appId,
    scope,
    mfa: false,
    spa: false,
    authTime: context.clock.seconds(),
  };
  return userTokens(context, request, grant, scope);
}
