// Entra's access tokens, v1 and v2, its ID tokens and MSAL's client_info. The resource's registration decides the
// version of an access token, not the endpoint.
import { createHash, randomBytes } from "node:crypto";
import { type Claims, signJwt } from "../crypto/jwt.ts";
import { guid, guidFromText, randomBetween, tokenId } from "../crypto/random-values.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Registration, Tenant, User } from "../state/seed-types.ts";
import { rolesOfUser } from "./app-roles.ts";
import { servicePrincipalId } from "./directory.ts";

/** How a confidential client authenticated. */
export type ClientAuthentication = "secret" | "assertion";

/** In `appidacr` and `azpacr`; "0" is a public client. */
const authenticationLevels: Record<ClientAuthentication, string> = { secret: "1", assertion: "2" };

/** The content of an access token. */
export interface AccessTokenSubject {
  tenant: Tenant;
  client: Registration;
  resource: Registration;
  /** The name of the resource in the request; it becomes the audience of v1 tokens. */
  identifier: string;
  /** Absent in app-only tokens. */
  user?: User;
  scopes: string[];
  roles?: string[];
  mfa?: boolean;
  /** How the client authenticated; undefined for a public client. */
  clientAuthentication?: ClientAuthentication | undefined;
  /** Conditional-access contexts that the sign-in satisfied. */
  acrs?: string[];
  /** The `sid` claim. Default: a new session. */
  sessionId?: string;
  /** Capabilities that the client declared, e.g. `CP1`. */
  clientCapabilities?: string[];
  /** Lifetime in seconds. Default: random, from the settings. */
  lifetimeSeconds?: number;
  version?: 1 | 2;
}

/** The `sid` claim: the same in all tokens of one sign-in. */
export const sessionIdOf = (user: User, authTime: number): string => guidFromText(`session ${user.oid} ${authTime}`);

/** Claims that Entra uses itself. Their content is opaque to everyone else. */
const internalClaims = (): Claims => ({
  aio: randomBytes(48).toString("base64"),
  rh: `1.${randomBytes(24).toString("base64url")}.`,
  uti: tokenId(),
});

/** Value in `acrs` of tokens whose sign-in used a second factor; the on-behalf-of grant checks it. */
export const MFA_CONTEXT = "p1";

/** The issuer of a tenant's tokens, on the emulator's address, so that no production server accepts them. */
export const issuerOf = (origin: string, tenantId: string, version: 1 | 2): string =>
  version === 2 ? `${origin}/${tenantId}/v2.0` : `${origin}/${tenantId}/`;

/** A subject that differs for each resource, like Entra's pairwise subject. */
export const pairwiseSubject = (oid: string, audience: string): string =>
  createHash("sha256").update(`${oid}|${audience}`).digest("base64url");

function v1Claims(subject: AccessTokenSubject): Claims {
  const { user, client, clientAuthentication, mfa } = subject;
  return {
    ver: "1.0",
    aud: subject.identifier,
    acr: user ? "1" : undefined,
    amr: user ? ["pwd", ...(mfa ? ["mfa"] : [])] : undefined,
    appid: client.appId,
    appidacr: clientAuthentication ? authenticationLevels[clientAuthentication] : "0",
    name: user?.displayName,
    unique_name: user?.upn,
    upn: user?.upn,
  };
}

function v2Claims(subject: AccessTokenSubject): Claims {
  const { user, client, clientAuthentication, resource } = subject;
  return {
    ver: "2.0",
    aud: resource.appId,
    azp: client.appId,
    azpacr: clientAuthentication ? authenticationLevels[clientAuthentication] : "0",
    name: user?.displayName,
    preferred_username: user?.upn,
  };
}

/** The claims of an access token, and the lifetime that it got. */
export function accessTokenClaims(
  context: EmulatorContext,
  origin: string,
  subject: AccessTokenSubject,
): { claims: Claims; lifetimeSeconds: number } {
  const { tenant, user, client, resource } = subject;
  const version = subject.version ?? (resource.accessTokenAcceptedVersion === 2 ? 2 : 1);
  const { min, max } = context.state.settings.accessTokenLifetime;
  const lifetimeSeconds = subject.lifetimeSeconds ?? randomBetween(min, max);
  const iat = context.clock.seconds();
  const oid = user?.oid ?? servicePrincipalId(tenant.id, client.appId);
  const acrs = [...(subject.mfa ? [MFA_CONTEXT] : []), ...(subject.acrs ?? [])];
  const claims: Claims = {
    iss: issuerOf(origin, tenant.id, version),
    iat,
    nbf: iat,
    exp: iat + lifetimeSeconds,
    ...(version === 2 ? v2Claims(subject) : v1Claims(subject)),
    idtyp: user ? undefined : "app",
    oid,
    sub: user ? pairwiseSubject(user.oid, resource.appId) : oid,
    tid: tenant.id,
    scp: user ? subject.scopes.join(" ") : undefined,
    roles: subject.roles?.length ? subject.roles : undefined,
    acrs: acrs.length > 0 ? acrs : undefined,
    xms_cc: resource.optionalClaims?.includes("xms_cc") ? subject.clientCapabilities : undefined,
    sid: user ? (subject.sessionId ?? guid()) : undefined,
    ...internalClaims(),
  };
  return { claims, lifetimeSeconds };
}

/** Creates a signed access token. */
export async function mintAccessToken(context: EmulatorContext, origin: string, subject: AccessTokenSubject) {
  const { claims, lifetimeSeconds } = accessTokenClaims(context, origin, subject);
  const key = await context.entraKeys.current();
  const header = claims["ver"] === "1.0" ? { x5t: key.kid } : {};
  return { accessToken: await signJwt(key, claims, header), lifetimeSeconds };
}

const ID_TOKEN_LIFETIME_SECONDS = 3_600;

/** Creates an ID token. It is always v2, because the emulator has no v1 sign-in endpoint. */
export async function mintIdToken(
  context: EmulatorContext,
  origin: string,
  subject: {
    tenant: Tenant;
    client: Registration;
    user: User;
    nonce?: string | undefined;
    authTime: number;
    withEmail?: boolean;
  },
): Promise<string> {
  const iat = context.clock.seconds();
  const { tenant, client, user } = subject;
  const roles = rolesOfUser(tenant, client, user);
  return signJwt(await context.entraKeys.current(), {
    ver: "2.0",
    iss: issuerOf(origin, tenant.id, 2),
    aud: client.appId,
    iat,
    nbf: iat,
    exp: iat + ID_TOKEN_LIFETIME_SECONDS,
    auth_time: subject.authTime,
    name: user.displayName,
    preferred_username: user.upn,
    login_hint: user.upn,
    nonce: subject.nonce,
    oid: user.oid,
    sub: pairwiseSubject(user.oid, client.appId),
    tid: tenant.id,
    email: subject.withEmail ? user.upn : undefined,
    roles: roles.length > 0 ? roles : undefined,
    sid: sessionIdOf(user, subject.authTime),
    ...internalClaims(),
  });
}

/** MSAL's `client_info`: base64url JSON from which MSAL builds its home account id. */
export const clientInfo = (user: User): string =>
  Buffer.from(JSON.stringify({ uid: user.oid, utid: user.tenantId })).toString("base64url");
