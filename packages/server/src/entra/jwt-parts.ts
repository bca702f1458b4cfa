// Reads the parts of a compact JWT with Node's own base64url, which takes a third of the time of one that runs everywhere.
import { decodeClaims } from "@teams-token-exchange/rules";

/** One part as JSON, or undefined where it is none. */
export function readPart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The claims of a signed token, unverified; undefined if only its resource can read it. */
export const readClaims = (token: string): Readonly<Record<string, unknown>> | undefined =>
  decodeClaims(token, readPart);
