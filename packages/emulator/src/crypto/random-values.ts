// Unguessable and unique values, in the forms that the vendors use.
import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";

/** A GUID. */
export const guid = (): string => randomUUID();

/** A secret for codes, cookies and refresh tokens: 256 bits, base64url. */
export const opaqueSecret = (): string => randomBytes(32).toString("base64url");

/** A short id of one token, as in Entra's `uti` claim. */
export const tokenId = (): string => randomBytes(16).toString("base64url");

/** A whole number in the closed interval. */
export const randomBetween = (min: number, max: number): number => (max > min ? randomInt(min, max + 1) : min);

/** Always the same GUID for the same text: for ids that nobody assigned. */
export function guidFromText(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
