// Verifies a token of this emulator's Entra: signature, issuer, lifetime and audience.
import { createLocalJWKSet, decodeJwt, type JWTPayload, jwtVerify } from "jose";
import type { SigningKey } from "../crypto/signing-keys.ts";
import type { EmulatorContext } from "../http/context.ts";
import { isIssuingOrigin } from "../http/host-rules.ts";
import { issuerOf } from "./entra-tokens.ts";

/** The claims that the emulated services read. */
export interface EntraClaims extends JWTPayload {
  tid?: string;
  oid?: string;
  appid?: string;
  azp?: string;
  scp?: string;
  roles?: string[];
  acrs?: string[];
}

/** Whether the issuer is one of the emulator's addresses with one of its tenants. */
export function isOwnIssuer(context: EmulatorContext, issuer: string): boolean {
  return context.state.tenants.some(({ id }) => {
    const version = issuer.endsWith(`/${id}/v2.0`) ? 2 : 1;
    const origin = issuer.slice(0, issuer.length - issuerOf("", id, version).length);
    return issuer === issuerOf(origin, id, version) && isIssuingOrigin(context, origin);
  });
}

/** @returns the issuers that the token may name: its own if the emulator issues under it, else none */
function trustedIssuers(context: EmulatorContext, token: string): string[] {
  try {
    const { iss = "" } = decodeJwt(token);
    return isOwnIssuer(context, iss) ? [iss] : [];
  } catch {
    return [];
  }
}

/** Cached by the list of keys, because a key ring replaces its list when it changes. */
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
 * @param audience undefined if the caller checks the audience @param skewSeconds tolerance for `exp` and `nbf`
 * @throws errors of jose, which contain no part of the token
 */
export async function verifyToken(
  context: EmulatorContext,
  token: string,
  audience: string[] | undefined,
  skewSeconds: number,
): Promise<EntraClaims> {
  const { payload } = await jwtVerify<EntraClaims>(token, keySetOf(await context.entraKeys.published()), {
    algorithms: ["RS256"],
    issuer: trustedIssuers(context, token),
    ...(audience ? { audience } : {}),
    requiredClaims: ["exp", "tid", "oid"],
    clockTolerance: skewSeconds,
    currentDate: new Date(context.clock.now()),
  });
  return payload;
}
