// The ID token and MSAL's client_info: who signed in, for the client alone.
import { signJwt } from "../crypto/jwt.ts";
import { tokenId } from "../crypto/random-values.ts";
import type { World } from "../http/context.ts";
import type { Registration, Tenant, User } from "../state/seed-types.ts";
import { issuerOf, pairwiseSubject } from "./entra-tokens.ts";

const LIFETIME_SECONDS = 3_600;

/** Always v2: this emulator serves no v1 sign-in endpoint. */
export async function mintIdToken(
  world: World,
  origin: string,
  subject: { tenant: Tenant; client: Registration; user: User; nonce?: string | undefined; authTime: number },
): Promise<string> {
  const iat = world.clock.seconds();
  const { tenant, client, user } = subject;
  return signJwt(await world.entraKeys.current(), {
    ver: "2.0",
    iss: issuerOf(origin, tenant.id, 2),
    aud: client.appId,
    iat,
    nbf: iat,
    exp: iat + LIFETIME_SECONDS,
    auth_time: subject.authTime,
    name: user.displayName,
    preferred_username: user.upn,
    login_hint: user.upn,
    nonce: subject.nonce,
    oid: user.oid,
    sub: pairwiseSubject(user.oid, client.appId),
    tid: tenant.id,
    uti: tokenId(),
  });
}

/** Base64url JSON from which MSAL makes its home account id. */
export const clientInfo = (user: User): string =>
  Buffer.from(JSON.stringify({ uid: user.oid, utid: user.tenantId })).toString("base64url");
