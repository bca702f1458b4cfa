// Checks a token of this Entra: signature, issuer, time, and the audience that is expected.
import { createLocalJWKSet, type JWTPayload, jwtVerify } from "jose";
import type { SigningKey } from "../crypto/signing-keys.ts";
import { type EmulatorContext, issuingOrigins } from "../http/context.ts";
import { issuerOf } from "./entra-tokens.ts";

/** The claims that the emulated services look at. */
export interface EntraClaims extends JWTPayload {
  tid?: string;
  oid?: string;
  appid?: string;
  azp?: string;
  scp?: string;
  roles?: string[];
  acrs?: string[];
}

function trustedIssuers(context: EmulatorContext): string[] {
  return issuingOrigins(context).flatMap((origin) =>
    context.state.tenants.flatMap((tenant) => [issuerOf(origin, tenant.id, 1), issuerOf(origin, tenant.id, 2)]),
  );
}

/** A ring's list of keys is replaced when it changes, so the list itself is the cache's key. */
const keySets = new WeakMap<readonly SigningKey[], ReturnType<typeof createLocalJWKSet>>();

function keySetOf(published: readonly SigningKey[]) {
  const known = keySets.get(published);
  if (known) return known;
  const keys = published.map((key) => ({ ...key.publicJwk, kid: key.kid, alg: "RS256" }));
  const keySet = createLocalJWKSet({ keys });
  keySets.set(published, keySet);
  return keySet;
}

/**
 * @param audience none to leave the audience to the caller @param skewSeconds tolerance for `exp` and `nbf`
 * @throws jose's errors, none of which holds a part of the token
 */
export async function verifyToken(
  context: EmulatorContext,
  token: string,
  audience: string[] | undefined,
  skewSeconds: number,
): Promise<EntraClaims> {
  const { payload } = await jwtVerify<EntraClaims>(token, keySetOf(await context.entraKeys.published()), {
    algorithms: ["RS256"],
    issuer: trustedIssuers(context),
    ...(audience ? { audience } : {}),
    requiredClaims: ["exp", "tid", "oid"],
    clockTolerance: skewSeconds,
    currentDate: new Date(context.clock.now()),
  });
  return payload;
}
