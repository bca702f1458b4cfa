// POST /{tenant}/oauth2/v2.0/token: passes each grant type to its handler.

import { EntraError, withEntraErrors } from "../entra/entra-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, formOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { authorizationCodeGrant } from "./authorization-code-grant.ts";
import { clientCredentialsGrant } from "./client-credentials-grant.ts";
import { deviceCodeGrant } from "./device-code-grant.ts";
import { onBehalfOfGrant } from "./on-behalf-of-grant.ts";
import { passwordGrant } from "./password-grant.ts";
import { refreshTokenGrant } from "./refresh-token-grant.ts";
import { readTokenRequest, requiredField, type TokenRequest } from "./token-request.ts";

const grants: Record<string, (context: EmulatorContext, request: TokenRequest) => Promise<Answer>> = {
  authorization_code: authorizationCodeGrant,
  refresh_token: refreshTokenGrant,
  client_credentials: clientCredentialsGrant,
  password: passwordGrant,
  "urn:ietf:params:oauth:grant-type:jwt-bearer": onBehalfOfGrant,
  "urn:ietf:params:oauth:grant-type:device_code": deviceCodeGrant,
  // The older name that MSAL sends, from before RFC 8628.
  device_code: deviceCodeGrant,
};

/** The grants that a page may use: they check the page's origin. */
const grantsForPages = new Set(["authorization_code", "refresh_token"]);

async function token(context: EmulatorContext, request: OperationRequest): Promise<Answer> {
  const answer = await withEntraErrors(context, request, async () => {
    const tokenRequest = await readTokenRequest(context, request);
    const grantType = requiredField(tokenRequest.form, "grant_type");
    const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined;
    if (!grant) throw new EntraError(70003, [grantType]);
    const { browserOrigin } = tokenRequest;
    // Otherwise any page could get such a token, because browsers may read the answers of this endpoint.
    if (browserOrigin !== undefined && !grantsForPages.has(grantType)) throw new EntraError(9002326, [browserOrigin]);
    return grant(context, tokenRequest);
  });
  // Pages may read only the answers to grants that they may use.
  const grantType = formOf(request).get("grant_type") ?? "";
  const isForPages = !Object.hasOwn(grants, grantType) || grantsForPages.has(grantType);
  const cors = isForPages ? { "access-control-allow-origin": "*" } : {};
  return { ...answer, headers: { ...answer.headers, ...cors, pragma: "no-cache" } };
}

/** The v1 endpoint. */
const refuseVersion1 = (context: EmulatorContext, request: OperationRequest) =>
  withEntraErrors(context, request, () => {
    throw new EntraError(500201);
  });

const postOnly = (name: string, path: string): Operation => ({
  name,
  method: "GET",
  path,
  handle: (context, request) =>
    withEntraErrors(context, request, () => {
      throw new EntraError(900561, ["POST", "GET"]);
    }),
});

/** The token endpoint and the preflight that browsers send before it. */
export const tokenOperations: readonly Operation[] = [
  { name: "token", method: "POST", path: "/:tenant/oauth2/v2.0/token", handle: token },
  { name: "token", method: "POST", path: "/:tenant/oauth2/token", handle: refuseVersion1 },
  postOnly("token", "/:tenant/oauth2/v2.0/token"),
  postOnly("token", "/:tenant/oauth2/token"),
  postOnly("devicecode", "/:tenant/oauth2/v2.0/devicecode"),
  {
    name: "token",
    method: "OPTIONS",
    path: "/:tenant/oauth2/v2.0/token",
    handle: () => ({
      status: 204,
      headers: {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "POST, OPTIONS",
        "access-control-allow-headers": "*",
        "access-control-max-age": "600",
      },
    }),
  },
];
