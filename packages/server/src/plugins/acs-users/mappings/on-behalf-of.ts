// The caller's token traded for one to call the next API with (on-behalf-of). The only file that talks to MSAL. It turns one
// call into a result of a closed union, because MSAL's errors quote what the authority said.
import { X509Certificate } from "node:crypto";
import {
  AuthError,
  type AuthenticationResult,
  ConfidentialClientApplication,
  type Configuration,
  type INetworkModule,
  type InteractionRequiredAuthError,
  ManagedIdentityApplication,
  type NetworkRequestOptions,
  type NetworkResponse,
} from "@azure/msal-node";
import { discoveryUrl, fetchDocument } from "../../../entra/fetch-signing-keys.ts";
import { type Destination, explainFailure } from "../../../network/explain-failure.ts";
import type { ApiCredential } from "../../../settings/acs-users-settings.ts";
import type { ProxySettings } from "../../../settings/network-settings.ts";

/**
 * `claims`: the user must show more, see {@link OnBehalfOfFailure.claims}. `consent`: nobody agreed to the scopes.
 * `own-credential-refused`: the authority does not take our credential. `refused` and `unavailable`: anything else.
 */
export type OnBehalfOfRefusal = "claims" | "consent" | "own-credential-refused" | "refused" | "unavailable";

export interface OnBehalfOfFailure {
  readonly ok: false;
  readonly reason: OnBehalfOfRefusal;
  /** What the user must show, as the authority wrote it: JSON. */
  readonly claims?: string | undefined;
  /** The authority's own code, such as AADSTS65001. */
  readonly entraCode?: string | undefined;
  /** What Microsoft's support asks for. */
  readonly correlationId?: string | undefined;
  /** What an operator can do about it, in our own words. */
  readonly advice?: string | undefined;
}

/** Trades a validated token of a tenant for one with these scopes; never rejects. */
export type OnBehalfOf = (
  callerToken: string,
  scopes: readonly string[],
  tenantId: string,
) => Promise<{ readonly ok: true; readonly value: string } | OnBehalfOfFailure>;

export interface OnBehalfOfOptions {
  readonly authority: string;
  readonly apiClientId: string;
  readonly credential: ApiCredential;
  readonly fetch: typeof fetch;
  /** What `fetch` goes through; only for messages. */
  readonly proxy?: ProxySettings | undefined;
}

/** One request to the authority, in milliseconds. */
const timeoutMs = 5_000;
const federationAudience = "api://AzureADTokenExchange";

/** MSAL's requests with our limits: its own client has no time limit and follows redirects. */
function networkClient(fetchFn: typeof fetch): INetworkModule {
  async function send<Body>(url: string, init: RequestInit): Promise<NetworkResponse<Body>> {
    const response = await fetchFn(url, { ...init, redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
    const body = (await response.json()) as Body;
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  }
  const initOf = ({ headers = {}, body }: NetworkRequestOptions = {}) => ({ headers, body: body ?? null });
  return {
    sendGetRequestAsync: (url, options) => send(url, { ...initOf(options), method: "GET" }),
    sendPostRequestAsync: (url, options) => send(url, { ...initOf(options), method: "POST" }),
  };
}

function credentialOf(credential: ApiCredential, network: INetworkModule): Partial<Configuration["auth"]> {
  if (credential.kind === "secret") return { clientSecret: credential.secret };
  if (credential.kind === "certificate") {
    const certificate = new X509Certificate(credential.pem);
    // There is one, or the setting would have been refused.
    const [privateKey] = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/.exec(
      credential.pem,
    ) as RegExpExecArray;
    return { clientCertificate: { thumbprintSha256: certificate.fingerprint256.replaceAll(":", ""), privateKey } };
  }
  const { clientId } = credential;
  const identity = new ManagedIdentityApplication({
    ...(clientId && { managedIdentityIdParams: { userAssignedClientId: clientId } }),
    system: { networkClient: network },
  });
  return { clientAssertion: async () => (await identity.acquireToken({ resource: federationAudience })).accessToken };
}

/** Our own registration or credential is what the authority objects to; the user can do nothing about it. */
const isOurs = (error: AuthError) => ["invalid_client", "unauthorized_client"].includes(error.errorCode);

/** What to correct, by Entra's code; the credential itself for every other one. */
const settingOfCode: Readonly<Record<string, string>> = {
  AADSTS90002: "ENTRA_TENANT_ID: there is no such tenant",
  AADSTS700016: "ENTRA_API_CLIENT_ID: the tenant has no such application",
  AADSTS7000215: "ENTRA_API_CLIENT_SECRET: it must be the value of the secret, not its id",
  AADSTS7000222: "ENTRA_API_CLIENT_SECRET: the secret has expired",
  AADSTS700027: "ENTRA_API_CLIENT_CERTIFICATE: the application does not have it",
};

function adviceOf(entraCode: string | undefined): string {
  const setting = settingOfCode[entraCode ?? ""] ?? "the credential of the API (ENTRA_API_CLIENT_… or its federation)";
  return `Entra ID refuses this server (${entraCode}). Check ${setting}`;
}

function failureOf(error: unknown, destination: Destination): OnBehalfOfFailure {
  const advice = explainFailure(error, destination);
  if (!(error instanceof AuthError)) return { ok: false, reason: "unavailable", advice };
  const entraCode = /\bAADSTS\d{4,8}\b/.exec(error.errorMessage)?.[0];
  // MSAL's own, under which the authority logs the request.
  const { correlationId } = error;
  const facts = { ok: false, entraCode, correlationId } as const;
  const { claims = "" } = error as Partial<InteractionRequiredAuthError>;
  if (claims !== "") return { ...facts, reason: "claims", claims };
  if (entraCode === "AADSTS65001" || error.subError === "consent_required") return { ...facts, reason: "consent" };
  if (isOurs(error)) return { ...facts, reason: "own-credential-refused", advice: adviceOf(entraCode) };
  return entraCode === undefined ? { ...facts, reason: "unavailable", advice } : { ...facts, reason: "refused" };
}

/**
 * Makes the trade. The authority's metadata is fetched once and handed to MSAL, which would refuse the http address of an
 * emulator; each trade has a new application, because MSAL's cache never forgets a user's tokens.
 */
export function createOnBehalfOf({ authority, apiClientId, credential, fetch, proxy }: OnBehalfOfOptions): OnBehalfOf {
  const { host } = new URL(authority);
  const destination = { attempt: "Cannot get a token for Graph from", host, setting: "ENTRA_AUTHORITY", proxy };
  const network = networkClient(fetch);
  const auth = credentialOf(credential, network);
  /** By tenant. */
  const metadata = new Map<string, string>();

  async function discovered(tenantId: string): Promise<string> {
    const text = metadata.get(tenantId) ?? (await fetchDocument(discoveryUrl(authority, tenantId), fetch)).text;
    metadata.set(tenantId, text);
    return text;
  }

  return async (callerToken, scopes, tenantId) => {
    try {
      const application = new ConfidentialClientApplication({
        auth: {
          ...auth,
          clientId: apiClientId,
          authority: `https://${host}/${tenantId}`,
          knownAuthorities: [host],
          authorityMetadata: await discovered(tenantId),
          // Asks for claims challenges, which the caller is able to answer; see acs-users/graph/challenges.ts.
          clientCapabilities: ["CP1"],
        },
        system: { networkClient: network },
      });
      const answer = await application.acquireTokenOnBehalfOf({ oboAssertion: callerToken, scopes: [...scopes] });
      const { accessToken: value } = answer as AuthenticationResult;
      // MSAL takes any 200 for an answer, one without a token too.
      return value ? { ok: true, value } : { ok: false, reason: "unavailable" };
    } catch (error) {
      return failureOf(error, destination);
    }
  };
}
