// Federated credentials: a client authenticates with the token of a managed identity that it trusts, or of another
// identity provider, such as GitHub or a Kubernetes cluster.
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { servicePrincipalId } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import { isOwnIssuer, verifyToken } from "../entra/verify-token.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Registration } from "../state/seed-types.ts";

/** The last second of the year 9999: numbers in a JWT can exceed what a Date can hold. */
const LAST_SECOND = 253_402_300_799;

const iso = (seconds: number) => new Date(Math.min(Math.max(seconds, 0), LAST_SECOND) * 1000).toISOString();

/** AADSTS700024. @param now seconds since 1970, by the clock that the token is checked against */
export const outsideLifetimeError = ({ nbf = 0, exp = 0 }: JWTPayload, now: number): EntraError =>
  new EntraError(700024, [now, nbf, exp].map(iso));

const TOKEN_EXCHANGE = "api://AzureADTokenExchange";
const TIMEOUT_MS = 5_000;
const SKEW_SECONDS = 300;

async function readJson(address: string): Promise<Record<string, unknown>> {
  const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}

/** The keys of another identity provider, by its discovery document. @throws AADSTS501661 */
async function keysOf(issuer: string) {
  try {
    const document = await readJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    if (document["issuer"] !== issuer) throw new Error("the document has another issuer");
    return createLocalJWKSet((await readJson(String(document["jwks_uri"]))) as unknown as JSONWebKeySet);
  } catch {
    throw new EntraError(501661);
  }
}

/** Checked against the machine's clock, because the other identity provider has that clock too. */
async function verifyForeignToken(jwt: string, issuer: string): Promise<JWTPayload> {
  const keys = await keysOf(issuer);
  try {
    const requiredClaims = ["exp", "sub", "aud"];
    const options = { algorithms: ["RS256"], issuer, requiredClaims, clockTolerance: SKEW_SECONDS };
    return (await jwtVerify(jwt, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw new EntraError(5000811);
    const isEarly = error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf";
    const isOutside = error instanceof errors.JWTExpired || (isEarly && error.reason === "check_failed");
    throw isOutside ? outsideLifetimeError(decodeJwt(jwt), Date.now() / 1000) : new EntraError(50027);
  }
}

async function verifyOwnToken(context: EmulatorContext, jwt: string): Promise<JWTPayload> {
  try {
    return await verifyToken(context, jwt, undefined, 0);
  } catch (error) {
    const claims = decodeJwt(jwt);
    if (error instanceof errors.JWKSNoMatchingKey) throw new EntraError(700211, [claims.iss ?? ""]);
    throw error instanceof errors.JWTExpired
      ? outsideLifetimeError(claims, context.clock.seconds())
      : new EntraError(50027);
  }
}

/** A trusted token as the client's registration may name it. */
interface Trust {
  subject: string;
  audiences: readonly string[];
}

function trustsOf(client: Registration, issuer: string, isOwn: boolean): Trust[] {
  const { tenantId = "", trustedIdentities = [], federatedCredentials = [] } = client;
  const identities = trustedIdentities.map((appId) => servicePrincipalId(tenantId, appId));
  return [
    ...(isOwn ? identities.map((subject) => ({ subject, audiences: [TOKEN_EXCHANGE] })) : []),
    ...federatedCredentials.filter((credential) => credential.issuer === issuer),
  ];
}

/** @throws EntraError: AADSTS50027, 501661, 5000811, 700024, 700211, 700212, 700213, 7002138 */
export async function verifyFederatedAssertion(
  context: EmulatorContext,
  client: Registration,
  jwt: string,
): Promise<void> {
  const issuer = String(decodeJwt(jwt).iss);
  const isOwn = isOwnIssuer(context, issuer);
  const trusts = trustsOf(client, issuer, isOwn);
  if (!isOwn && trusts.length === 0) throw new EntraError(700211, [issuer]);
  const { aud, sub } = isOwn ? await verifyOwnToken(context, jwt) : await verifyForeignToken(jwt, issuer);
  // The emulator's own tokens have the app id of the endpoint as their audience.
  const endpoint = context.state.registrations.find(({ identifierUris }) => identifierUris?.includes(TOKEN_EXCHANGE));
  const names = [aud].flat().map((name) => (isOwn && name === endpoint?.appId ? TOKEN_EXCHANGE : name));
  const audiences = [...(isOwn ? [TOKEN_EXCHANGE] : []), ...trusts.flatMap((trust) => trust.audiences)];
  if (!audiences.some((audience) => names.includes(audience))) throw new EntraError(700212, [String(aud)]);
  const subject = String(sub);
  const subjects = trusts
    .filter((trust) => trust.audiences.some((audience) => names.includes(audience)))
    .map((trust) => trust.subject);
  if (subjects.includes(subject)) return;
  const differsInCase = subjects.some((one) => one.toLowerCase() === subject.toLowerCase());
  throw new EntraError(differsInCase ? 7002138 : 700213, [subject]);
}
