// Makes a certificate for a registration, as an administrator would upload one: Entra keeps the public half alone.
import { generateKeyPair, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import { createCertificate } from "../crypto/certificate.ts";
import type { World } from "../http/context.ts";
import { put } from "./directory-entries.ts";
import { findRegistration } from "./find-by-name.ts";

const DAYS = 365;
const RSA_BITS = 2_048;

/** What a confidential client is configured with. */
export interface ClientCertificate {
  /** PEM. */
  certificate: string;
  /** PEM (PKCS #8). The emulator does not keep it. */
  privateKey: string;
  /** SHA-256 in hexadecimal digits, as MSAL takes it. */
  thumbprintSha256: string;
}

/** Beside those that it has. @throws Error when the registration is unknown */
export async function addCertificate({ state }: World, wanted: string): Promise<ClientCertificate> {
  const { name: commonName, appId } = findRegistration(state, wanted);
  const { privateKey: key } = await promisify(generateKeyPair)("rsa", { modulusLength: RSA_BITS });
  const issuer = { commonName, key };
  const certificate = createCertificate({ commonName, key, issuer, untilDay: DAYS, use: "client" });
  const { certificates = [] } = findRegistration(state, appId);
  put(state, "registrations", { appId, certificates: [...certificates, certificate] });
  return {
    certificate,
    privateKey: key.export({ type: "pkcs8", format: "pem" }).toString(),
    thumbprintSha256: new X509Certificate(certificate).fingerprint256.replaceAll(":", ""),
  };
}
