// Certificates of an application as Graph's `keyCredentials`.
import { X509Certificate } from "node:crypto";
import { guidFromText } from "../crypto/random-values.ts";
import { list, nullable, object, oneOf, optional, someText, text } from "../state/schema.ts";
import type { Registration } from "../state/seed-types.ts";
import { badRequest } from "./graph-error.ts";

/** The id of a certificate, which Graph calls a key. */
export const keyIdOf = (certificate: string): string =>
  guidFromText(`certificate ${new X509Certificate(certificate).fingerprint256}`);

/** A certificate without its bytes, as Graph shows it. */
export function keyJson(pem: string) {
  const certificate = new X509Certificate(pem);
  return {
    customKeyIdentifier: certificate.fingerprint.replaceAll(":", ""),
    displayName: certificate.subject.replaceAll("\n", ", "),
    startDateTime: certificate.validFromDate.toISOString(),
    endDateTime: certificate.validToDate.toISOString(),
    key: null,
    keyId: keyIdOf(pem),
    type: "AsymmetricX509Cert",
    usage: "Verify",
  };
}

/** A key credential in a request. */
export interface KeyCredential {
  keyId?: string | null;
  key?: string | null;
}

/** The name, the dates and the thumbprint are those of the certificate. */
const keyMembers = {
  type: oneOf("AsymmetricX509Cert"),
  usage: oneOf("Verify"),
  keyId: optional(nullable(text)),
  displayName: optional(nullable(text)),
  startDateTime: optional(nullable(text)),
  endDateTime: optional(nullable(text)),
  customKeyIdentifier: optional(nullable(text)),
};

/** A new key. */
export const newKeySchema = object("a key credential", { ...keyMembers, key: someText });

/** All keys: new ones have `key`, those that stay have `keyId`. */
export const keyListSchema = list(object("a key credential", { ...keyMembers, key: optional(nullable(text)) }));

/** @returns the certificate as PEM @throws GraphError 400 */
export function certificateOf({ key }: KeyCredential): string {
  try {
    const certificate = new X509Certificate(Buffer.from(key ?? "", "base64"));
    if (certificate.publicKey.asymmetricKeyType === "rsa") return certificate.toString();
  } catch {
    // Not a certificate at all.
  }
  throw badRequest("Key credential is invalid: key must be a certificate with an RSA key, as base64.");
}

/** The certificates after a change of `keyCredentials`. @throws GraphError 400 */
export function changedKeys({ certificates = [] }: Registration, wanted: readonly KeyCredential[]): string[] {
  const changed = wanted.map((credential) => {
    if (credential.key) return certificateOf(credential);
    const kept = certificates.find((pem) => keyIdOf(pem) === credential.keyId?.toLowerCase());
    if (kept === undefined) throw badRequest(`There is no key with the keyId ${credential.keyId ?? "null"}.`);
    return kept;
  });
  return [...new Set(changed)];
}
