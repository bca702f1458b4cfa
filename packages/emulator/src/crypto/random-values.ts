// Random and unique values in the formats that Microsoft uses.
import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";

/** A GUID. */
export const guid = (): string => randomUUID();

/** A secret for codes, cookies and refresh tokens: 256 bits, base64url. */
export const opaqueSecret = (): string => randomBytes(32).toString("base64url");

/** The id of a token, as in Entra's `uti` claim. */
export const tokenId = (): string => randomBytes(16).toString("base64url");

/** A random whole number from `min` to `max`, both included. */
export const randomBetween = (min: number, max: number): number => (max > min ? randomInt(min, max + 1) : min);

/** A GUID that is always the same for the same text, for ids that the seed does not define. */
export function guidFromText(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
