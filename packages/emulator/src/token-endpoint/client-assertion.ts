// Client assertions (RFC 7523, 2.2): a client signs with its certificate's key instead of sending a secret, or sends
// a token of another issuer that it trusts. Client-signed assertions are checked against the machine's clock, because
// the SDKs sign with it.

import { X509Certificate } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import { tenantOf } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import { isIssuingOrigin } from "../http/host-rules.ts";
import type { OperationRequest } from "../http/operation.ts";
import type { Registration } from "../state/seed-types.ts";
import { outsideLifetimeError, verifyFederatedAssertion } from "./federated-assertion.ts";

/** The only `client_assertion_type`. */
export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const SKEW_SECONDS = 300;

const KEY_NOT_FOUND = "The key was not found.";
const SIGNATURE_DOES_NOT_MATCH = "The key was found, but use of the key to verify the signature failed.";

interface SignedAssertion {
  jwt: string;
  claims: JWTPayload;
  /** Names the certificate, as `x5t` or `x5t#S256`. */
  thumbprint: string;
}

/** @throws AADSTS50027, also for more than one audience and without a thumbprint */
function readAssertion(jwt: string): SignedAssertion {
  try {
    const header = decodeProtectedHeader(jwt);
    const thumbprint = header["x5t#S256"] ?? header.x5t;
    const claims = decodeJwt(jwt);
    if (typeof thumbprint === "string" && typeof claims.aud === "string") return { jwt, claims, thumbprint };
  } catch {
    // Not a JWT at all.
  }
  throw new EntraError(50027);
}

/** @throws AADSTS700027, 700024, 50027 */
async function checkSignature({ jwt, claims, thumbprint }: SignedAssertion, client: Registration): Promise<void> {
  // Clients send base64url, with or without padding, or plain base64; Entra compares the decoded bytes.
  const thumbprintHex = Buffer.from(thumbprint, "base64url").toString("hex").toUpperCase();
  const certificate = (client.certificates ?? [])
    .map((pem) => new X509Certificate(pem))
    .find((one) => [one.fingerprint256, one.fingerprint].some((print) => print.replaceAll(":", "") === thumbprintHex));
  if (!certificate) throw new EntraError(700027, [KEY_NOT_FOUND, thumbprintHex, client.appId]);
  try {
    const requiredClaims = ["exp", "iss", "sub", "aud"];
    const algorithms = ["PS256", "RS256"];
    await jwtVerify(jwt, certificate.publicKey, { algorithms, requiredClaims, clockTolerance: SKEW_SECONDS });
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw new EntraError(700027, [SIGNATURE_DOES_NOT_MATCH, thumbprintHex, client.appId]);
    }
    const isLate = error instanceof errors.JWTExpired;
    const isEarly = error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf";
    throw isLate || (isEarly && error.reason === "check_failed")
      ? outsideLifetimeError(claims, Date.now() / 1000)
      : new EntraError(50027);
  }
}

/** Whether it is the token endpoint or the issuer of the tenant, at any of the emulator's addresses. */
function isExpectedAudience(context: EmulatorContext, request: OperationRequest, audience: string): boolean {
  if (!URL.canParse(audience)) return false;
  const { origin } = new URL(audience);
  const segment = request.params["tenant"] ?? "";
  const { id = segment, domain = segment } = tenantOf(context.state, segment) ?? {};
  const paths = [segment, id, domain].flatMap((name) => [`/${name}/oauth2/v2.0/token`, `/${name}/v2.0`]);
  return paths.some((path) => audience === `${origin}${path}`) && isIssuingOrigin(context, origin);
}

/** A client-signed assertion has the client id as its issuer; federated tokens have a URL. */
function isFederated(jwt: string): boolean {
  try {
    return URL.canParse(decodeJwt(jwt).iss ?? "");
  } catch {
    return false;
  }
}

/** @throws EntraError: AADSTS50027, 50048, 700021, 700023, 700024, 700027, and those of federated tokens */
export async function verifyClientAssertion(
  context: EmulatorContext,
  request: OperationRequest,
  client: Registration,
  jwt: string,
): Promise<void> {
  if (isFederated(jwt)) return verifyFederatedAssertion(context, client, jwt);
  const assertion = readAssertion(jwt);
  await checkSignature(assertion, client);
  const { iss, sub, aud } = assertion.claims;
  if (iss !== sub) throw new EntraError(50048);
  if (sub?.toLowerCase() !== client.appId) throw new EntraError(700021);
  if (!isExpectedAudience(context, request, String(aud))) throw new EntraError(700023);
}
