// What every grant of the token endpoint shares: the form, the tenant, the client and how the client authenticated.
import { timingSafeEqual } from "node:crypto";
import { type ClaimsRequest, readClaimsRequest } from "../entra/claims-request.ts";
import { recipientOf } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import type { ClientAuthentication } from "../entra/entra-tokens.ts";
import type { EmulatorContext } from "../http/context.ts";
import { formOf, headerOf, type OperationRequest } from "../http/operation.ts";
import type { Registration, Tenant } from "../state/seed-types.ts";
import { ASSERTION_TYPE, verifyClientAssertion } from "./client-assertion.ts";

/** The parts of a token request that all grants share. */
export interface TokenRequest {
  form: URLSearchParams;
  origin: string;
  /** The tenant as the address names it, in lower case. */
  tenantSegment: string;
  /** Absent on `common` and `organizations`. */
  tenant: Tenant | undefined;
  client: Registration;
  /** How the client authenticated; undefined for public clients. */
  clientAuthentication: ClientAuthentication | undefined;
  /** The `Origin` header of a cross-origin request. */
  browserOrigin: string | undefined;
  claims: ClaimsRequest;
}

function basicCredentials(request: OperationRequest): { id: string; secret: string } | undefined {
  const header = headerOf(request, "authorization");
  if (!header?.toLowerCase().startsWith("basic ")) return undefined;
  const decoded = Buffer.from(header.slice(6), "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0) throw new EntraError(9002313);
  return { id: formDecoded(decoded.slice(0, colon)), secret: formDecoded(decoded.slice(colon + 1)) };
}

/** RFC 6749, 2.3.1: both halves are form-encoded before they are joined. @throws AADSTS9002313 */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new EntraError(9002313);
  }
}

function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

/** Whether the client has a secret, a certificate or a federated credential. */
export const isConfidential = (client: Registration): boolean =>
  [client.secrets, client.certificates, client.trustedIdentities, client.federatedCredentials].some(
    (credentials) => credentials?.length,
  );

/** @throws AADSTS700025, AADSTS7000215, and those of client assertions */
async function authenticateClient(
  context: EmulatorContext,
  request: OperationRequest,
  client: Registration,
  basicSecret: string | undefined,
): Promise<ClientAuthentication | undefined> {
  const form = formOf(request);
  const assertion = form.get("client_assertion");
  const secret = form.get("client_secret") ?? basicSecret;
  if (assertion === null && secret === undefined) return undefined;
  if (!isConfidential(client)) throw new EntraError(700025);
  if (assertion !== null) {
    if (form.get("client_assertion_type") !== ASSERTION_TYPE) throw new EntraError(9002313);
    await verifyClientAssertion(context, request, client, assertion);
    return "assertion";
  }
  if (!client.secrets?.some((known) => sameSecret(known, secret ?? ""))) throw new EntraError(7000215, [client.appId]);
  return "secret";
}

/** @throws EntraError for an unknown tenant or client and for wrong credentials */
export async function readTokenRequest(context: EmulatorContext, request: OperationRequest): Promise<TokenRequest> {
  const form = formOf(request);
  const basic = basicCredentials(request);
  const tenantSegment = (request.params["tenant"] ?? "").toLowerCase();
  if (form.has("resource")) throw new EntraError(901002);
  const { tenant, client } = recipientOf(context.state, tenantSegment, form.get("client_id") ?? basic?.id);
  return {
    form,
    origin: request.origin,
    tenant,
    tenantSegment,
    client,
    clientAuthentication: await authenticateClient(context, request, client, basic?.secret),
    browserOrigin: headerOf(request, "origin"),
    claims: readClaimsRequest(form.get("claims")),
  };
}

/** A form field. @throws AADSTS900144 when it is missing or empty */
export function requiredField(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new EntraError(900144, [name]);
  return value;
}
