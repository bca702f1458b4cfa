// Regenerates access keys of ACS resources and adds certificates to app registrations.
import { generateKeyPair, randomBytes, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import { endTokensOfKey } from "../acs/acs-tokens.ts";
import { createCertificate } from "../crypto/certificate.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { AcsResource } from "../state/seed-types.ts";
import { findRegistration, put } from "./directory-entries.ts";

const KEY_BYTES = 64;

/** The connection string of a resource. Default: the first resource with its primary key. */
export function connectionString(
  context: EmulatorContext,
  resource?: AcsResource,
  key: "primary" | "secondary" = "primary",
): string {
  const owner = resource ?? context.state.acsResources[0];
  return `endpoint=${context.origins.public ?? context.origins.http}/;accesskey=${owner?.accessKeys[key === "primary" ? 0 : 1] ?? ""}`;
}

/** @returns the new connection string @throws Error if the resource is unknown */
export function regenerateAccessKey(
  context: EmulatorContext,
  key: "primary" | "secondary",
  resourceName?: string,
): string {
  const { acsResources } = context.state;
  const resource = acsResources.find(({ id, name }) => resourceName === undefined || [id, name].includes(resourceName));
  if (!resource) throw new Error("unknown ACS resource");
  const index = key === "primary" ? 0 : 1;
  endTokensOfKey(context, resource.accessKeys[index]);
  resource.accessKeys[index] = randomBytes(KEY_BYTES).toString("base64");
  return connectionString(context, resource, key);
}

const DAYS = 365;
const RSA_BITS = 2_048;

/** A certificate for a confidential client. */
export interface ClientCertificate {
  /** PEM. */
  certificate: string;
  /** PEM (PKCS #8). The emulator does not keep it. */
  privateKey: string;
  /** SHA-256 in hexadecimal digits, as MSAL expects it. */
  thumbprintSha256: string;
}

/** Adds a certificate to the registration. @throws Error if the registration is unknown */
export async function addCertificate({ state }: EmulatorContext, registration: string): Promise<ClientCertificate> {
  const { name: commonName, appId } = findRegistration(state, registration);
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
