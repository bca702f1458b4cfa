// Takes a token apart without judging it. Runs in Node and in browsers.
import { decodeJwt, decodeProtectedHeader } from "jose";

/** A JSON Web Token's two readable parts; nothing is checked. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The parts, or undefined for a token that only its resource can read. */
export function decodeToken(token: string): DecodedToken | undefined {
  try {
    return { header: { ...decodeProtectedHeader(token) }, claims: decodeJwt(token) };
  } catch {
    return undefined;
  }
}
