// Checks the signature of a compact JWS (RFC 7515) for the one algorithm that Entra uses. Node's own verification, because
// a detour over WebCrypto and a thread costs three times as much as the check itself; see docs/performance.md. The
// algorithm is a constant and keys come from the authority's set alone: `alg`, `jku`, `x5u`, `jwk` and the like in a header
// are the sender's word (RFC 8725, 3.1 and 3.10).
import { verify } from "node:crypto";
import { readPart } from "../jwt-parts.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { SigningKey } from "./signing-keys.ts";

export type SignatureRefusal =
  | "not-a-jws"
  | "header-not-json"
  | "algorithm-wrong"
  | "extension-unknown"
  | "key-unknown"
  | "signature-wrong"
  | "payload-not-json";

/** A genuine token of the authority: its claims, and what the key set says of the key's issuer. */
export interface VerifiedClaims {
  readonly claims: unknown;
  readonly keyIssuer: string | undefined;
}

/** base64url, each part with at least one character, and exactly three of them. */
const jwsForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Verifies a token.
 *
 * @param findKey the authority's key of that id; what it throws goes through
 */
export async function verifySignature(
  callerToken: string,
  findKey: (keyId: string) => Promise<SigningKey | undefined>,
): Promise<Result<VerifiedClaims, SignatureRefusal>> {
  if (!jwsForm.test(callerToken)) return refuse("not-a-jws");
  const [headerPart, payloadPart, signaturePart] = callerToken.split(".") as [string, string, string];
  const header = readPart(headerPart);
  if (typeof header !== "object" || header === null) return refuse("header-not-json");
  const { alg, kid, crit, b64 } = header as Record<string, unknown>;
  if (alg !== "RS256") return refuse("algorithm-wrong");
  // A critical extension changes what is signed or how; we know none.
  if (crit !== undefined || b64 !== undefined) return refuse("extension-unknown");
  const signingKey = typeof kid === "string" ? await findKey(kid) : undefined;
  if (!signingKey) return refuse("key-unknown");

  const signature = Buffer.from(signaturePart, "base64url");
  // The last character has bits that decode to nothing. A token has one spelling, or whoever compares tokens is fooled.
  if (signature.toString("base64url") !== signaturePart) return refuse("signature-wrong");
  const signed = Buffer.from(callerToken.slice(0, headerPart.length + 1 + payloadPart.length), "latin1");
  if (!verify("RSA-SHA256", signed, signingKey.key, signature)) return refuse("signature-wrong");

  const claims = readPart(payloadPart);
  return claims === undefined ? refuse("payload-not-json") : accept({ claims, keyIssuer: signingKey.issuer });
}
