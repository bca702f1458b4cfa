// Signs JWTs. Ordinary ones go through jose; forged ones, which no honest library makes, are put together by hand.
import { createHmac, sign } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import type { SigningKey } from "./signing-keys.ts";

/** JOSE header members beside `alg` and `kid`; `undefined` or `null` leaves one out. */
export type HeaderOverrides = Record<string, unknown>;

/** A claim set; `undefined` or `null` leaves a claim out. */
export type Claims = Record<string, unknown>;

/** Drops what was set to nothing. */
function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

/** An RS256 token in Entra's form: `typ`, `alg`, `kid`, and `x5t` in v1 and ACS tokens. */
export function signJwt(key: SigningKey, claims: Claims, header: HeaderOverrides = {}): Promise<string> {
  return new SignJWT(withoutAbsent(claims) as JWTPayload)
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.kid, ...header })
    .sign(key.privateKey);
}

function forgedSignature(key: SigningKey, alg: unknown, input: string): string {
  if (alg === "none") return "";
  // The classic confusion: a server that takes HS256 would check it with the public key as the shared secret.
  const publicPem = () => key.publicKey.export({ type: "spki", format: "pem" });
  if (typeof alg === "string" && alg.startsWith("HS")) {
    return createHmac(`sha${alg.slice(2)}`, publicPem())
      .update(input)
      .digest("base64url");
  }
  return sign("sha256", Buffer.from(input), key.privateKey).toString("base64url");
}

/** A token with any header and any claims, for tests of those who must refuse it. `alg: "none"` has no signature. */
export function forgeJwt(key: SigningKey, claims: Claims, header: HeaderOverrides): string {
  const full = withoutAbsent({ typ: "JWT", alg: "RS256", kid: key.kid, ...header });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part(full)}.${part(withoutAbsent(claims))}`;
  return `${input}.${forgedSignature(key, full["alg"], input)}`;
}
