// grant_type=authorization_code. A code works once, and only for its client, redirect URI and code verifier.
import { createHash } from "node:crypto";
import { EntraError } from "../entra/entra-error.ts";
import { isSpaOrigin, type Platform, platformOf } from "../entra/redirect-uri.ts";
import { readScopes } from "../entra/scopes.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Answer } from "../http/operation.ts";
import type { AuthorizationCode } from "../state/state.ts";
import { requiredField, type TokenRequest } from "./token-request.ts";
import { userTokens } from "./user-tokens.ts";

/**
 * The platform decides how a code is redeemed: SPAs from a registered origin, web apps with credentials, desktop apps
 * without an `Origin` header.
 */
function checkPlatform(request: TokenRequest, platform: Platform): void {
  const { browserOrigin, client, clientAuthentication } = request;
  if (platform === "spa") {
    if (browserOrigin === undefined) throw new EntraError(9002327);
    if (!isSpaOrigin(client, browserOrigin)) throw new EntraError(9002326, [browserOrigin]);
    return;
  }
  if (browserOrigin !== undefined) throw new EntraError(9002326, [browserOrigin]);
  if (platform === "web" && !clientAuthentication) throw new EntraError(7000218);
}

function checkVerifier(code: AuthorizationCode, verifier: string | null): void {
  if (code.codeChallenge === undefined) {
    // A verifier without a challenge points to a PKCE downgrade attack (RFC 9700, 2.1.1).
    if (verifier !== null) throw new EntraError(501481);
    return;
  }
  const challenge = createHash("sha256")
    .update(verifier ?? "")
    .digest("base64url");
  if (challenge !== code.codeChallenge) throw new EntraError(501481);
}

function takeCode(context: EmulatorContext, request: TokenRequest): AuthorizationCode {
  const code = context.state.codes.get(requiredField(request.form, "code"));
  if (!code || code.clientAppId !== request.client.appId) throw new EntraError(70000);
  if (request.tenant && request.tenant.id !== code.tenantId) throw new EntraError(700005);
  if (code.redeemed) throw new EntraError(54005);
  if (code.expiresAt <= context.clock.now()) throw new EntraError(70008);
  const redirectUri = requiredField(request.form, "redirect_uri");
  if (redirectUri !== code.redirectUri) throw new EntraError(500112, [redirectUri, code.redirectUri]);
  return code;
}

/** If the request has no `scope`, the scope of the code applies, with only its first resource. */
function scopeOf(context: EmulatorContext, request: TokenRequest, code: AuthorizationCode): string {
  const asked = request.form.get("scope");
  if (asked) return asked;
  const { openId, resources } = readScopes(context.state, request.client, undefined, code.scope);
  const [first] = resources;
  return [...openId, ...(first?.scopes ?? []).map((value) => `${first?.identifier}/${value}`)].join(" ");
}

/** @throws EntraError with the code that Entra gives for each refusal */
export async function authorizationCodeGrant(context: EmulatorContext, request: TokenRequest): Promise<Answer> {
  const code = takeCode(context, request);
  const platform = platformOf(request.client, code.redirectUri);
  checkPlatform(request, platform);
  checkVerifier(code, request.form.get("code_verifier"));
  code.redeemed = true;
  return userTokens(context, request, { ...code, spa: platform === "spa" }, scopeOf(context, request, code));
}
