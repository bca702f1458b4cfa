// The form of tokens before any claim is read: sizes, alphabets, and the parts of a signed JSON Web Token.
import { decodePart } from "./base64url.ts";
import { type Result, refuse } from "./rule.ts";

/** Tokens have 1.5 to 3 KB, and up to 12 KB with the 200 groups that Entra may put into one. Larger ones cost no computation. */
export const maxCallerTokenBytes: number = 16 * 1024;
/** Microsoft's own resource gets no groups. */
export const maxTeamsTokenBytes: number = 8 * 1024;

/** The alphabet of RFC 6750, section 2.1. Nothing else is a token, and nothing else may reach a header or a log. */
export const tokenForm: RegExp = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Why a text is not a token that the authority could have signed, with the place that `explain` names. */
export const jwsRefusals = {
  "not-a-jws": "(form: not a signed JSON Web Token)",
  "header-not-json": "(form: not a signed JSON Web Token)",
  "algorithm-wrong": "alg (header)",
  "extension-unknown": "crit (header)",
  "key-unknown": "kid (header)",
} as const;
export type JwsRefusal = keyof typeof jwsRefusals;

/** The parts of a token whose header is acceptable. Nothing in it has been verified. */
export interface ReadJws {
  readonly keyId: string;
  /** Header and payload as they were signed. */
  readonly signed: string;
  readonly payload: string;
  readonly signature: string;
}

/** base64url, at least one character in each of exactly three parts (RFC 7515, section 7.1). */
const compactJws = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Splits a token so that its signing key can be looked up.
 *
 * The algorithm is a constant, and `jku`, `x5u` and `jwk` are ignored: a header is the sender's word (RFC 8725, 3.1 and 3.10).
 *
 * @param callerToken the token as sent; check {@link maxCallerTokenBytes} before
 * @param decode reads one part as JSON, or returns undefined; {@link decodePart} by default, which runs everywhere
 * @example
 * const read = readJws(callerToken);
 * if (read.ok) console.log(read.value.keyId);
 */
export function readJws(
  callerToken: string,
  decode: (part: string) => unknown = decodePart,
): Result<ReadJws, JwsRefusal> {
  if (!compactJws.test(callerToken)) return refuse("not-a-jws");
  const [headerPart, payload, signature] = callerToken.split(".") as [string, string, string];
  const header = decode(headerPart);
  if (typeof header !== "object" || header === null) return refuse("header-not-json");
  const { alg, kid, crit, b64 } = header as Record<string, unknown>;
  if (alg !== "RS256") return refuse("algorithm-wrong");
  // A critical extension changes what is signed, or how. This server knows none.
  if (crit !== undefined || b64 !== undefined) return refuse("extension-unknown");
  if (typeof kid !== "string") return refuse("key-unknown");
  const signed = callerToken.slice(0, headerPart.length + 1 + payload.length);
  return { ok: true, value: { keyId: kid, signed, payload, signature } };
}

/**
 * The claims of a signed token, unverified; undefined for a token that only its resource can read.
 *
 * @param decode reads one part as JSON; {@link decodePart} by default
 */
export function decodeClaims(
  token: string,
  decode: (part: string) => unknown = decodePart,
): Readonly<Record<string, unknown>> | undefined {
  const parts = token.split(".", 4);
  const claims = parts.length === 3 ? decode(parts[1] as string) : undefined;
  if (typeof claims !== "object" || claims === null || Array.isArray(claims)) return undefined;
  return claims as Record<string, unknown>;
}
