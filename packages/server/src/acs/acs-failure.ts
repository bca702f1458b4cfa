// Why ACS gave nothing, as a closed union. The SDK's error objects carry tokens (`error.request.body`), so they are read in
// here and go no further.
import { parseRetryAfter } from "./retry-after.ts";

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
}

/** What a call of ACS came to. */
export type AcsOutcome<Value> = { readonly ok: true; readonly value: Value } | AcsFailure;

interface Headers {
  get(name: string): string | undefined;
}

/** The few members of the SDK's RestError that are safe to read; everything else on it is left behind. */
interface SdkError {
  name?: string;
  code?: string;
  statusCode?: number;
  response?: { headers: Headers };
}

/** Microsoft's correlation vector, where it looks like one. */
export const readMsCv = (headers: Headers | undefined): string | undefined =>
  /^[\w+/.=-]{1,128}$/.exec(headers?.get("ms-cv") ?? "")?.[0];

/** The codes of Node's TLS: OpenSSL's reasons for refusing a certificate, and failures of the handshake. */
const isTlsCode = (code: string) =>
  /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO|UNSPECIFIED|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH/.test(code);

/** Reads an error of the SDK, or of the transport below it. */
export function failureOf(error: unknown, nowMs: number): AcsFailure {
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
  const retryAfterSeconds = parseRetryAfter(response?.headers.get("retry-after"), nowMs);
  return { ok: false, reason, status, acsCode, msCv, retryAfterSeconds };
}

/** 401 has two meanings: with `Denied`, or without a body, our own signature was refused; any other code is about the token. */
function reasonOfStatus(status: number, acsCode: string | undefined): AcsFailureReason {
  if (status === 401) return acsCode === undefined || acsCode === "Denied" ? "own-key-refused" : "refused";
  if (status === 403 || (status === 400 && acsCode === "ValidationError")) return "refused";
  if (status === 429 || status === 503) return "busy";
  return status >= 500 ? "unavailable" : "bad-response";
}
