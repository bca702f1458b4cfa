// Checks the signature of a compact JWS (RFC 7515) for the one algorithm that Entra uses. It uses Node's own
// verification, because WebCrypto hands the work to a thread, which costs three times as much as the check itself. The
// algorithm is a constant and keys come from the authority's set alone: `alg`, `jku`, `x5u`, `jwk` and the like in a header
// are the sender's word (RFC 8725, 3.1 and 3.10).
import { verify } from "node:crypto";
import { accept, type Result, refuse } from "@teams-token-exchange/rules";
import { readPart } from "./jwt-parts.ts";
import type { SigningKey } from "./signing-keys.ts";

export type SignatureRefusal =
  | "not-a-jws"
  | "header-not-json"
  | "algorithm-wrong"
  | "extension-unknown"
  | "key-unknown"
  | "signature-wrong"
  | "payload-not-json";

/** A token of the form that the authority's have, in its parts. Nothing of it is true yet. */
export interface ReadToken {
  readonly keyId: string;
  readonly signed: string;
  readonly payload: string;
  readonly signature: string;
}

/** A genuine token of the authority: its claims, and what the key set says of the key's issuer. */
export interface VerifiedClaims {
  readonly claims: unknown;
  readonly keyIssuer: string | undefined;
}

/** base64url, each part with at least one character, and exactly three of them. */
const jwsForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Takes a token apart, so that its key can be looked for. */
export function readToken(callerToken: string): Result<ReadToken, SignatureRefusal> {
  if (!jwsForm.test(callerToken)) return refuse("not-a-jws");
  const [headerPart, payload, signature] = callerToken.split(".") as [string, string, string];
  const header = readPart(headerPart);
  if (typeof header !== "object" || header === null) return refuse("header-not-json");
  const { alg, kid, crit, b64 } = header as Record<string, unknown>;
  if (alg !== "RS256") return refuse("algorithm-wrong");
  // A critical extension changes what is signed or how; we know none.
  if (crit !== undefined || b64 !== undefined) return refuse("extension-unknown");
  if (typeof kid !== "string") return refuse("key-unknown");
  return accept({
    keyId: kid,
    signed: callerToken.slice(0, headerPart.length + 1 + payload.length),
    payload,
    signature,
  });
}

/**
 * Verifies a token.
 *
 * @param signingKey the authority's key of the token's key id; undefined where the authority has none
 */
export function verifyToken(
  token: ReadToken,
  signingKey: SigningKey | undefined,
): Result<VerifiedClaims, SignatureRefusal> {
  if (!signingKey) return refuse("key-unknown");
  const signature = Buffer.from(token.signature, "base64url");
  // The last character has bits that decode to nothing. A token has one spelling, or whoever compares tokens is fooled.
  if (signature.toString("base64url") !== token.signature) return refuse("signature-wrong");
  const signed = Buffer.from(token.signed, "latin1");
  if (!verify("RSA-SHA256", signed, signingKey.key, signature)) return refuse("signature-wrong");

  const claims = readPart(token.payload);
  return claims === undefined ? refuse("payload-not-json") : accept({ claims, keyIssuer: signingKey.issuer });
}
