// How ACS checks an Entra token: signature, issuer, audience and time. What the claims must say is each operation's own.
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import { issuerOf } from "../entra/access-token.ts";
import { issuingOrigins, type World } from "../world.ts";

const SKEW_SECONDS = 60;

/** The claims this emulator's ACS looks at. */
export interface EntraClaims extends JWTPayload {
  tid?: string;
  oid?: string;
  appid?: string;
  azp?: string;
  scp?: string;
  roles?: string[];
}

function trustedIssuers(world: World): string[] {
  return issuingOrigins(world).flatMap((origin) =>
    world.state.tenants.flatMap((tenant) => [issuerOf(origin, tenant.id, 1), issuerOf(origin, tenant.id, 2)]),
  );
}

/** @returns the claims, or why the token is refused (without any part of it) */
export async function verifyEntraToken(
  world: World,
  token: string,
  audience: string[],
): Promise<{ ok: true; value: EntraClaims } | { ok: false; reason: string }> {
  const published = await world.entraKeys.published();
  const keySet = createLocalJWKSet({
    keys: published.map((key) => ({ ...key.publicJwk, kid: key.kid, alg: "RS256" })),
  });
  try {
    const { payload } = await jwtVerify<EntraClaims>(token, keySet, {
      algorithms: ["RS256"],
      issuer: trustedIssuers(world),
      audience,
      requiredClaims: ["exp", "tid", "oid"],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(world.clock.now()),
    });
    return { ok: true, value: payload };
  } catch (error) {
    return {
      ok: false,
      reason: error instanceof errors.JOSEError ? `Entra token: ${error.message}` : "Entra token: not a JWT",
    };
  }
}
