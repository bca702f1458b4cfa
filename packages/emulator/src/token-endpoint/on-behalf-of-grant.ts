// The on-behalf-of grant: an API exchanges the token of its caller for a token for another API.
import { errors } from "jose";
import { EntraError } from "../entra/entra-error.ts";
import { MFA_CONTEXT } from "../entra/entra-tokens.ts";
import { type EntraClaims, verifyToken } from "../entra/verify-token.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Answer } from "../http/operation.ts";
import { requiredField, type TokenRequest } from "./token-request.ts";
import { userTokens } from "./user-tokens.ts";

async function verifyAssertion(context: EmulatorContext, { form, client }: TokenRequest): Promise<EntraClaims> {
  try {
    const claims = await verifyToken(context, requiredField(form, "assertion"), undefined, 0);
    const audiences = [client.appId, ...(client.identifierUris ?? [])];
    const audience = String(claims.aud);
    if (!audiences.includes(audience)) throw new EntraError(500131, [audience, audiences.join(", ")]);
    return claims;
  } catch (error) {
    if (error instanceof EntraError) throw error;
    if (error instanceof errors.JWTExpired) throw new EntraError(500133);
    throw new EntraError(50013, [error instanceof errors.JOSEError ? error.message : "The assertion is malformed."]);
  }
}

/** @throws EntraError: AADSTS50013, 500131, 500133, 7000218, 65001 and 50076 with a claims challenge to pass on */
export async function onBehalfOfGrant(context: EmulatorContext, request: TokenRequest): Promise<Answer> {
  const { form, client } = request;
  if (requiredField(form, "requested_token_use") !== "on_behalf_of") throw new EntraError(9002313);
  if (!request.clientAuthentication) throw new EntraError(7000218);
  const claims = await verifyAssertion(context, request);
  const scope = requiredField(form, "scope");
  const grant = {
    tenantId: claims.tid ?? "",
    userOid: claims.oid ?? "",
    clientAppId: client.appId,
    scope,
    mfa: claims.acrs?.includes(MFA_CONTEXT) === true,
    acrs: claims.acrs,
    spa: false,
    authTime: claims.iat ?? context.clock.seconds(),
  };
  return userTokens(context, request, grant, scope);
}
