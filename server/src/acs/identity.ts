// The only file that talks to the Identity SDK. It turns one SDK call into a result of a closed union, because the SDK's
// error objects carry the Entra token (`error.request.body`) and must never leave this file.
import { CommunicationIdentityClient, type CommunicationIdentityClientOptions } from "@azure/communication-identity";
import type { TokenCredential } from "@azure/core-auth";
import { decodeJwt } from "jose";
import { z } from "zod";
import { parseRetryAfter } from "./retry-after.ts";
import type { Transport } from "./transport.ts";

/** An ACS access token of a Teams user. */
export interface AcsToken {
  readonly token: string;
  readonly expiresOn: Date;
  /** Microsoft's correlation vector of the call; their support asks for it. */
  readonly msCv?: string | undefined;
}

/**
 * Why ACS gave no token. `refused`: it judged the Teams token and said no. `own-key-refused`: it refused our signature.
 * `circuit-open` and `saturated`: it was not asked, see resilient-identity.ts. The rest are failures of ACS or of the way
 * to it.
 */
export type AcsFailureReason =
  | "refused"
  | "own-key-refused"
  | "busy"
  | "unavailable"
  | "tls"
  | "bad-response"
  | "timeout"
  | "circuit-open"
  | "saturated";

/** A failure with what is safe to log and to pass on. */
export interface AcsFailure {
  readonly ok: false;
  readonly reason: AcsFailureReason;
  /** ACS's own error code, letters and digits only. */
  readonly acsCode?: string | undefined;
  readonly status?: number | undefined;
  /** Microsoft's correlation vector; their support asks for it. */
  readonly msCv?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

export interface TeamsTokenExchange {
  readonly teamsToken: string;
  readonly clientId: string;
  readonly userObjectId: string;
  /** The W3C header that continues the caller's trace at ACS. */
  readonly traceparent?: string | undefined;
}

export interface AcsIdentity {
  /** Exchanges a Teams token; never rejects. The signal ends the call at any point, headers and body included. */
  exchangeTeamsToken(
    exchange: TeamsTokenExchange,
    abortSignal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly value: AcsToken } | AcsFailure>;
}

/** Access keys in the order of trying them, base64 as the portal shows them; or an Entra credential of the server. */
export type AcsCredential = { readonly accessKeys: readonly string[] } | { readonly tokenCredential: TokenCredential };

interface AcsIdentityOptions {
  endpoint: string;
  credential: AcsCredential;
  transport: Transport;
  /** Allows an http endpoint; only ever true for an emulator on loopback. */
  allowInsecureConnection: boolean;
  /** The time, in milliseconds since 1970. */
  now: () => number;
}

/** Longer than any Entra access token lives; an expiry beyond it is nonsense. */
const maxLifetimeMs = 48 * 60 * 60_000;

/** One SDK client for each credential, for the life of the server. */
function createClients({ endpoint, credential, transport, allowInsecureConnection }: AcsIdentityOptions) {
  const options: CommunicationIdentityClientOptions = {
    httpClient: transport,
    allowInsecureConnection,
    // The SDK would retry for minutes and wait out any Retry-After; what to repeat within the deadline is our decision.
    retryOptions: { maxRetries: 0 },
    // A redirect would carry the Teams token elsewhere.
    redirectOptions: { maxRetries: 0 },
  };
  if ("tokenCredential" in credential) {
    return [new CommunicationIdentityClient(endpoint, credential.tokenCredential, options)];
  }
  return credential.accessKeys.map((key) => new CommunicationIdentityClient(endpoint, { key }, options));
}

/** The client of ACS. With two keys, a refusal of the one in use changes to the other, so that rotation loses no request. */
export function createAcsIdentity(options: AcsIdentityOptions): AcsIdentity {
  const clients = createClients(options);
  let inUse = 0;

  async function exchangeWith(
    client: CommunicationIdentityClient | undefined,
    exchange: TeamsTokenExchange,
    abortSignal: AbortSignal,
  ) {
    let msCv: string | undefined;
    try {
      const answer: unknown = await client?.getTokenForTeamsUser({
        teamsUserAadToken: exchange.teamsToken,
        clientId: exchange.clientId,
        userObjectId: exchange.userObjectId,
        abortSignal,
        ...(exchange.traceparent && { requestOptions: { customHeaders: { traceparent: exchange.traceparent } } }),
        onResponse: ({ headers }) => {
          msCv = readMsCv(headers);
        },
      });
      const outcome = readAnswer(answer, exchange, options.now());
      return outcome.ok ? ({ ok: true, value: { ...outcome.value, msCv } } as const) : { ...outcome, msCv };
    } catch (error) {
      return failureOf(error, options.now());
    }
  }

  return {
    async exchangeTeamsToken(exchange, abortSignal) {
      const tried = inUse;
      const outcome = await exchangeWith(clients[tried], exchange, abortSignal);
      if (outcome.ok || outcome.reason !== "own-key-refused" || clients.length === 1) return outcome;
      const other = (tried + 1) % clients.length;
      const second = await exchangeWith(clients[other], exchange, abortSignal);
      if (second.ok || second.reason !== "own-key-refused") inUse = other;
      return second;
    },
  };
}

/** The SDK resolves with whatever a 200 held, even with nothing: only a token with a plausible expiry is an answer. */
const answerSchema = z.object({ token: z.string().min(1), expiresOn: z.date() });

function readAnswer(answer: unknown, { userObjectId }: TeamsTokenExchange, nowMs: number) {
  const badResponse = { ok: false, reason: "bad-response", status: 200 } as const satisfies AcsFailure;
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return badResponse;
  const lifetimeMs = parsed.data.expiresOn.getTime() - nowMs;
  if (!(lifetimeMs > 0 && lifetimeMs <= maxLifetimeMs)) return badResponse;
  if (!isForUser(parsed.data.token, userObjectId)) return badResponse;
  return { ok: true, value: parsed.data } as const;
}

/** Whether the token is the user's, as far as it can be read; its format is Microsoft's to change. */
function isForUser(acsToken: string, userObjectId: string): boolean {
  try {
    const { skypeid } = decodeJwt(acsToken);
    return typeof skypeid !== "string" || skypeid.toLowerCase().endsWith(`:${userObjectId}`);
  } catch {
    return true;
  }
}

/** The few members of the SDK's RestError that are safe to read; everything else on it is left behind. */
interface SdkError {
  name?: string;
  code?: string;
  statusCode?: number;
  response?: { headers: { get(name: string): string | undefined } };
}

const readMsCv = (headers: { get(name: string): string | undefined } | undefined) =>
  /^[\w+/.=-]{1,128}$/.exec(headers?.get("ms-cv") ?? "")?.[0];

/** The codes of Node's TLS: OpenSSL's reasons for refusing a certificate, and failures of the handshake. */
const isTlsCode = (code: string) =>
  /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO|UNSPECIFIED|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH/.test(code);

function failureOf(error: unknown, nowMs: number): AcsFailure {
  const { name, code = "", statusCode: status, response } = error as SdkError;
  if (name === "AbortError") return { ok: false, reason: "timeout" };
  if (status === undefined || code === "PARSE_ERROR") {
    if (isTlsCode(code)) return { ok: false, reason: "tls" };
    const isGarbled = code === "PARSE_ERROR" || code.startsWith("HPE_");
    return { ok: false, reason: isGarbled ? "bad-response" : "unavailable" };
  }
  const acsCode = /^\w{1,64}$/.test(code) ? code : undefined;
  const msCv = readMsCv(response?.headers);
  const reason = reasonOfStatus(status, acsCode);
  if (reason !== "busy") return { ok: false, reason, status, acsCode, msCv };
  return {
    ok: false,
    reason,
    status,
    acsCode,
    msCv,
    retryAfterSeconds: parseRetryAfter(response?.headers.get("retry-after"), nowMs),
  };
}

/** 401 has two meanings: with `Denied`, or without a body, our own signature was refused; any other code is about the token. */
function reasonOfStatus(status: number, acsCode: string | undefined): AcsFailureReason {
  if (status === 401) return acsCode === undefined || acsCode === "Denied" ? "own-key-refused" : "refused";
  if (status === 403 || (status === 400 && acsCode === "ValidationError")) return "refused";
  if (status === 429 || status === 503) return "busy";
  return status >= 500 ? "unavailable" : "bad-response";
}
