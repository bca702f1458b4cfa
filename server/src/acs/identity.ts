// The only file that talks to the Identity SDK. It turns one SDK call into a result of a closed union, because the SDK's
// error objects carry the Entra token (`error.request.body`) and must never leave this file.
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { z } from "zod";
import { parseRetryAfter } from "./retry-after.ts";

/** An ACS access token of a Teams user. */
export interface AcsToken {
  readonly token: string;
  readonly expiresOn: Date;
}

/**
 * Why ACS gave no token. `refused`: it judged the Teams token and said no. `own-key-refused`: it refused our signature.
 * The rest are failures of ACS or of the way to it.
 */
export type AcsFailureReason =
  | "refused"
  | "own-key-refused"
  | "busy"
  | "unavailable"
  | "tls"
  | "bad-response"
  | "timeout";

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
}

export interface AcsIdentity {
  /** Exchanges a Teams token; never rejects. The signal ends the call at any point, headers and body included. */
  exchangeTeamsToken(
    exchange: TeamsTokenExchange,
    abortSignal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly value: AcsToken } | AcsFailure>;
}

interface AcsIdentityOptions {
  endpoint: string;
  /** Base64, as the Azure portal shows it. */
  accessKey: string;
  /** Allows an http endpoint; only ever true for an emulator on loopback. */
  allowInsecureConnection: boolean;
  /** The time, in milliseconds since 1970. */
  now: () => number;
}

/** Longer than any Entra access token lives; an expiry beyond it is nonsense. */
const maxLifetimeMs = 48 * 60 * 60_000;

/** One client for the life of the server: its connections are kept alive and shared by all requests. */
export function createAcsIdentity({
  endpoint,
  accessKey,
  allowInsecureConnection,
  now,
}: AcsIdentityOptions): AcsIdentity {
  const client = new CommunicationIdentityClient(
    endpoint,
    { key: accessKey },
    // The SDK would retry for minutes and wait out any Retry-After; what to repeat within the deadline is our decision.
    // A redirect would carry the Teams token elsewhere.
    { allowInsecureConnection, retryOptions: { maxRetries: 0 }, redirectOptions: { maxRetries: 0 } },
  );
  return {
    async exchangeTeamsToken({ teamsToken, clientId, userObjectId }, abortSignal) {
      try {
        const answer: unknown = await client.getTokenForTeamsUser({
          teamsUserAadToken: teamsToken,
          clientId,
          userObjectId,
          abortSignal,
        });
        const value = readAnswer(answer, now());
        return value ? { ok: true, value } : { ok: false, reason: "bad-response", status: 200 };
      } catch (error) {
        return failureOf(error, now());
      }
    },
  };
}

/** The SDK resolves with whatever a 200 held, even with nothing: only a token with a plausible expiry is an answer. */
const answerSchema = z.object({ token: z.string().min(1), expiresOn: z.date() });

function readAnswer(answer: unknown, nowMs: number): AcsToken | undefined {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return undefined;
  const lifetimeMs = parsed.data.expiresOn.getTime() - nowMs;
  return lifetimeMs > 0 && lifetimeMs <= maxLifetimeMs ? parsed.data : undefined;
}

/** The few members of the SDK's RestError that are safe to read; everything else on it is left behind. */
interface SdkError {
  name?: string;
  code?: string;
  statusCode?: number;
  response?: { headers: { get(name: string): string | undefined } };
}

const isTlsCode = (code: string) => /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code);

function failureOf(error: unknown, nowMs: number): AcsFailure {
  const { name, code = "", statusCode: status, response } = error as SdkError;
  if (name === "AbortError") return { ok: false, reason: "timeout" };
  if (status === undefined || code === "PARSE_ERROR") {
    if (isTlsCode(code)) return { ok: false, reason: "tls" };
    const isGarbled = code === "PARSE_ERROR" || code.startsWith("HPE_");
    return { ok: false, reason: isGarbled ? "bad-response" : "unavailable" };
  }
  const acsCode = /^\w{1,64}$/.test(code) ? code : undefined;
  const msCv = response?.headers.get("ms-cv")?.slice(0, 128);
  const retryAfterSeconds = parseRetryAfter(response?.headers.get("retry-after"), nowMs);
  return { ok: false, reason: reasonOfStatus(status, acsCode), status, acsCode, msCv, retryAfterSeconds };
}

/** 401 has two meanings: with `Denied`, or without a body, our own signature was refused; any other code is about the token. */
function reasonOfStatus(status: number, acsCode: string | undefined): AcsFailureReason {
  if (status === 401) return acsCode === undefined || acsCode === "Denied" ? "own-key-refused" : "refused";
  if (status === 403 || (status === 400 && acsCode === "ValidationError")) return "refused";
  if (status === 429 || status === 503) return "busy";
  return status >= 500 ? "unavailable" : "bad-response";
}
