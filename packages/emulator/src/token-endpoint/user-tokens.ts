// The response of every grant that acts for a user: checks what the user is allowed, then issues the tokens.

import { opaqueSecret } from "../crypto/random-values.ts";
import { isAssigned, rolesOfUser } from "../entra/app-roles.ts";
import { acrsChallenge, policyChallenge } from "../entra/claims-request.ts";
import { consentedScopes, missingScopes } from "../entra/consent.ts";
import { tenantById, userByOid } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import { clientInfo, mintAccessToken, mintIdToken, sessionIdOf } from "../entra/entra-tokens.ts";
import {
  checkDefaultScope,
  DEFAULT_SCOPE,
  type RequestedResource,
  type RequestedScopes,
  readScopes,
  singleResource,
} from "../entra/scopes.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Answer } from "../http/operation.ts";
import type { Registration, Tenant, User } from "../state/seed-types.ts";
import { type Grant, type RefreshToken, setBounded } from "../state/state.ts";
import type { TokenRequest } from "./token-request.ts";

const DAY_MILLISECONDS = 24 * 3_600_000;
const REFRESH_LIFETIME_MILLISECONDS = 90 * DAY_MILLISECONDS;

/** What a grant provides. */
export interface UserGrant extends Grant {
  nonce?: string | undefined;
  acrs?: string[] | undefined;
  /** For SPAs, refresh tokens expire 24 hours after the first one was issued, even if they are rotated. */
  spa: boolean;
  /** The refresh token that is being redeemed. */
  refreshed?: RefreshToken;
  /** Issues no ID token, as for on-behalf-of. */
  withoutIdToken?: boolean;
}

function checkUser(client: Registration, tenant: Tenant, user: User | undefined): User {
  if (!user || user.tenantId !== tenant.id) throw new EntraError(50034, [tenant.displayName]);
  if (client.assignedUsers && !isAssigned(tenant, client, user)) {
    throw new EntraError(50105, [client.appId, client.displayName, user.upn]);
  }
  return user;
}

function checkMfa(tenant: Tenant, request: TokenRequest, grant: UserGrant, target: RequestedResource): void {
  const unmet = request.claims.acrs.filter((value) => !grant.acrs?.includes(value));
  if (unmet.length > 0 && !grant.mfa) throw new EntraError(50076, [target.resource.appId], acrsChallenge(unmet));
  if (tenant.mfaRequiredFor?.includes(target.resource.appId) && !grant.mfa) {
    throw new EntraError(50076, [target.resource.appId], policyChallenge(target.resource.appId));
  }
}

/** A request with only OpenID scopes gets a token for Microsoft Graph. */
function targetResource(context: EmulatorContext, client: Registration, tenant: Tenant, scope: string) {
  const requested = readScopes(context.state, client, tenant, scope);
  checkDefaultScope(requested, scope);
  const single = singleResource(requested, scope);
  if (single) return { requested, target: single, openIdOnly: false };
  const [graph] = readScopes(context.state, client, tenant, "User.Read").resources;
  if (!graph) throw new EntraError(70011, [`${scope} is not valid`]);
  return { requested, target: graph, openIdOnly: true };
}

function storeRefreshToken(context: EmulatorContext, grant: UserGrant, scope: string): string {
  const refreshToken = opaqueSecret();
  const now = context.clock.now();
  const { tenantId, userOid, clientAppId, mfa, authTime, spa } = grant;
  const expiresAt = grant.refreshed?.spa
    ? grant.refreshed.expiresAt
    : now + (spa ? DAY_MILLISECONDS : REFRESH_LIFETIME_MILLISECONDS);
  setBounded(context.state.refreshTokens, refreshToken, {
    tenantId,
    userOid,
    clientAppId,
    mfa,
    authTime,
    spa,
    scope,
    expiresAt,
    issuedAt: grant.refreshed?.spa ? grant.refreshed.issuedAt : now,
    ...(grant.acrs === undefined ? {} : { acrs: grant.acrs }),
  });
  return refreshToken;
}

async function additionalTokens(
  context: EmulatorContext,
  request: TokenRequest,
  grant: UserGrant,
  requested: RequestedScopes,
  user: User,
) {
  const { openId } = requested;
  const withEmail = openId.includes("email");
  const tenant = tenantById(context.state, grant.tenantId);
  const subject = { tenant, client: request.client, user, nonce: grant.nonce, authTime: grant.authTime, withEmail };
  const wantsIdToken = openId.includes("openid") && !grant.withoutIdToken;
  return {
    ...(openId.includes("offline_access") ? { refresh_token: storeRefreshToken(context, grant, grant.scope) } : {}),
    ...(wantsIdToken ? { id_token: await mintIdToken(context, request.origin, subject) } : {}),
    ...(request.form.get("client_info") === "1" ? { client_info: clientInfo(user) } : {}),
  };
}

/**
 * Tokens for a user and one resource. `scp` lists all permissions that were consented for that resource, not only the
 * requested ones.
 * @throws EntraError: AADSTS28000, 50034, 50076, 50105, 65001 and those of reading the scopes
 */
export async function userTokens(
  context: EmulatorContext,
  request: TokenRequest,
  grant: UserGrant,
  scope: string,
): Promise<Answer> {
  const { client } = request;
  const tenant = tenantById(context.state, grant.tenantId);
  const user = checkUser(client, tenant, userByOid(context.state, grant.userOid));
  const { requested, target, openIdOnly } = targetResource(context, client, tenant, scope);
  const party = { tenantId: tenant.id, userOid: user.oid, client };
  if (!openIdOnly && missingScopes(context.state, party, target).length > 0) {
    throw new EntraError(65001, [client.appId, client.displayName]);
  }
  checkMfa(tenant, request, grant, target);
  const scopes = consentedScopes(context.state, party, target.resource);
  const { accessToken, lifetimeSeconds } = await mintAccessToken(context, request.origin, {
    tenant,
    client,
    user,
    scopes,
    resource: target.resource,
    identifier: target.identifier,
    mfa: grant.mfa,
    roles: rolesOfUser(tenant, target.resource, user),
    clientAuthentication: request.clientAuthentication,
    acrs: request.claims.acrs,
    clientCapabilities: request.claims.clientCapabilities,
    sessionId: sessionIdOf(user, grant.authTime),
  });
  // MSAL finds the token in its cache only if the answer names `.default` too.
  const named = target.scopes.includes(DEFAULT_SCOPE) ? [...scopes, DEFAULT_SCOPE] : scopes;
  const granted = openIdOnly ? requested.openId : named.map((value) => `${target.identifier}/${value}`);
  return {
    status: 200,
    asked: `${client.displayName} for ${user.name}: ${scope}`,
    body: {
      token_type: "Bearer",
      scope: granted.join(" "),
      expires_in: lifetimeSeconds,
      ext_expires_in: lifetimeSeconds,
      access_token: accessToken,
      ...(await additionalTokens(context, request, grant, requested, user)),
    },
  };
}
