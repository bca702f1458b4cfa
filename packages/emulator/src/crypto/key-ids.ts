// Key ids in the vendors' forms: both are SHA-1 over the public key, written differently.
import { createHash, type KeyObject } from "node:crypto";

const digest = (publicKey: KeyObject) =>
  createHash("sha1")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest();

/** Entra: base64url without padding. */
export const entraKid = (publicKey: KeyObject): string => digest(publicKey).toString("base64url");

/** ACS: 40 upper-case hex digits. */
export const acsKid = (publicKey: KeyObject): string => digest(publicKey).toString("hex").toUpperCase();
