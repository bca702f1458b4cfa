// Signs JWTs. `jose` signs the valid ones; invalid ones, which no library creates, are built by hand.
import { createHmac, sign } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import type { SigningKey } from "./signing-keys.ts";

/** JOSE header members besides `alg` and `kid`; `undefined` or `null` omits one. */
export type HeaderOverrides = Record<string, unknown>;

/** A claim set; `undefined` or `null` omits a claim. */
export type Claims = Record<string, unknown>;

/** Removes the members that are `undefined` or `null`. */
function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

/** An RS256 token in Entra's format: `typ`, `alg`, `kid`, and `x5t` in v1 and ACS tokens. */
export function signJwt(key: SigningKey, claims: Claims, header: HeaderOverrides = {}): Promise<string> {
  return new SignJWT(withoutAbsent(claims) as JWTPayload)
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.kid, ...header })
    .sign(key.privateKey);
}

function forgedSignature(key: SigningKey, alg: unknown, input: string): string {
  if (alg === "none") return "";
  // The algorithm confusion attack: a server that accepts HS256 checks the signature with the public key as the secret.
  const publicPem = () => key.publicKey.export({ type: "spki", format: "pem" });
  if (typeof alg === "string" && alg.startsWith("HS")) {
    return createHmac(`sha${alg.slice(2)}`, publicPem())
      .update(input)
      .digest("base64url");
  }
  return sign("sha256", Buffer.from(input), key.privateKey).toString("base64url");
}

/** A token with any header and any claims, for tests of servers that must reject it. `alg: "none"` has no signature. */
export function forgeJwt(key: SigningKey, claims: Claims, header: HeaderOverrides): string {
  const full = withoutAbsent({ typ: "JWT", alg: "RS256", kid: key.kid, ...header });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part(full)}.${part(withoutAbsent(claims))}`;
  return `${input}.${forgedSignature(key, full["alg"], input)}`;
}
