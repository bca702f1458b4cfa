// Why ACS gave nothing, as a closed union. The SDK's error objects carry tokens (`error.request.body`), so they are read in
// here and go no further.
import type { Caller, ProblemName } from "@teams-token-exchange/rules";
import { type AnswerHeaders, readMsCv } from "./transport-request.ts";

/**
 * Why ACS gave no token. `refused`: it judged the Teams token and said no. `own-key-refused`: it refused our signature.
 * `circuit-open` and `saturated`: it was not asked, see resilience.ts. The rest are failures of ACS or of the way to it.
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
  /** What an operator can do about it, in our own words. */
  readonly advice?: string | undefined;
}

/** An ACS access token. */
export interface AcsToken {
  readonly token: string;
  readonly expiresOn: Date;
  /** Microsoft's correlation vector of the call; their support asks for it. */
  readonly msCv?: string | undefined;
}

export interface TeamsTokenExchange {
  readonly teamsToken: string;
  /** Whose token it is, and through which client it was issued. ACS compares both with the token. */
  readonly caller: Caller;
  /** The caller's tenant: its name for metrics, if it has one, and its share of the quota for a repeated call. */
  readonly tenant?: { readonly name: string | undefined; readonly share: number | undefined };
  /** The W3C header that continues the caller's trace at ACS. */
  readonly traceparent?: string | undefined;
}

export interface AcsIdentity {
  /** Exchanges a Teams token; never rejects. The signal ends the call at any point, headers and body included. */
  exchangeTeamsToken(exchange: TeamsTokenExchange, abortSignal: AbortSignal): Promise<AcsOutcome<AcsToken>>;
}

/** What a call of ACS came to. */
export type AcsOutcome<Value> = { readonly ok: true; readonly value: Value } | AcsFailure;

/** The few members of the SDK's RestError that are safe to read; everything else on it is left behind. */
interface SdkError {
  name?: string;
  code?: string;
  statusCode?: number;
  response?: { headers: AnswerHeaders };
  cause?: unknown;
}

/** Of the connection: the time in milliseconds since 1970, and what says what went wrong on the way. */
interface FailureContext {
  readonly now: () => number;
  readonly transport: { explain(error: unknown): string };
}

/** The codes of Node's TLS: OpenSSL's reasons for refusing a certificate, and failures of the handshake. */
const isTlsCode = (code: string) =>
  /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO|UNSPECIFIED|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH/.test(code);

const keyAdvice = "ACS refuses the access key. Copy the connection string into ACS_CONNECTION_STRING again; run doctor";

/** Errors of @azure/identity: the server could not get an Entra token to call ACS with. */
const isOfCredential = (name: string) => /^(CredentialUnavailable|Authentication|AggregateAuthentication)/.test(name);
function adviceForCredential(error: unknown): string {
  const entraCode = /\bAADSTS\d{4,8}\b/.exec((error as Error).message)?.[0] ?? "no credential was found";
  return `The server cannot sign in to ACS (${entraCode}). ACS_ENDPOINT needs a managed identity with a role at the resource`;
}

/** Reads an error of the SDK, or of the transport below it. */
export function failureOf(error: unknown, { now, transport }: FailureContext): AcsFailure {
  const { name = "", code = "", statusCode: status, response, cause } = error as SdkError;
  if (name === "AbortError") return { ok: false, reason: "timeout" };
  if (isOfCredential(name)) return { ok: false, reason: "own-key-refused", advice: adviceForCredential(error) };
  if (status === undefined || code === "PARSE_ERROR") {
    const advice = cause === undefined ? undefined : transport.explain(cause);
    if (isTlsCode(code)) return { ok: false, reason: "tls", advice };
    const isGarbled = code === "PARSE_ERROR" || code.startsWith("HPE_");
    return { ok: false, reason: isGarbled ? "bad-response" : "unavailable", advice };
  }
  const acsCode = /^\w{1,64}$/.test(code) ? code : undefined;
  const msCv = readMsCv(response?.headers);
  const reason = reasonOfStatus(status, acsCode);
  const advice = reason === "own-key-refused" ? keyAdvice : undefined;
  if (reason !== "busy") return { ok: false, reason, status, acsCode, msCv, advice };
  const retryAfterSeconds = parseRetryAfter(response?.headers.get("retry-after"), now());
  return { ok: false, reason, status, acsCode, msCv, retryAfterSeconds };
}

/** 401 has two meanings: with `Denied`, or without a body, our own signature was refused; any other code is about the token. */
function reasonOfStatus(status: number, acsCode: string | undefined): AcsFailureReason {
  if (status === 401) return acsCode === undefined || acsCode === "Denied" ? "own-key-refused" : "refused";
  if (status === 403 || (status === 400 && acsCode === "ValidationError")) return "refused";
  if (status === 429 || status === 503) return "busy";
  return status >= 500 ? "unavailable" : "bad-response";
}

const defaultSeconds = 5;
const maxSeconds = 60;

/**
 * Seconds to wait, at least 1. Without a readable header 5, because ACS does not promise one; at most 60, because no
 * single answer may silence us for longer.
 *
 * @param header delta-seconds or an HTTP date
 * @param nowMs the time, in milliseconds since 1970
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number {
  if (header === undefined || header.trim() === "") return defaultSeconds;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : Math.ceil((Date.parse(header) - nowMs) / 1000);
  return Number.isNaN(seconds) ? defaultSeconds : Math.min(Math.max(seconds, 1), maxSeconds);
}

/**
 * The problem of each failure that says nothing about the token that ACS was given. `refused` is missing, because only
 * the code that made the call knows what was refused.
 */
export const problemOfAcsFailure: Record<Exclude<AcsFailureReason, "refused">, ProblemName> = {
  "own-key-refused": "server-misconfigured",
  busy: "upstream-busy",
  unavailable: "upstream-unavailable",
  tls: "upstream-tls",
  "bad-response": "upstream-bad-response",
  timeout: "upstream-timeout",
  "circuit-open": "upstream-unavailable",
  saturated: "overloaded",
};
