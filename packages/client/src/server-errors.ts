// How a request to the exchange server can fail, and how its problem documents are read.
import { type ProblemEntry, problems } from "@teams-token-exchange/rules";
import type { ProblemBody } from "@teams-token-exchange/rules/contract";

/** No response arrived: the server is down, its name does not resolve, the connection broke, or the browser is offline. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  /** The path of the request, such as `/api/token/teams`. */
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`no response from ${path}`, { cause });
    this.path = path;
  }
}

/** A response that the exchange server never sends. A proxy or another program sent or changed it. */
export class UnexpectedResponseError extends Error {
  override readonly name = "UnexpectedResponseError";
  /** The path of the request, such as `/api/token/teams`. */
  readonly path: string;
  /** The HTTP status of the response. */
  readonly status: number;
  /** The `X-Request-Id` of the response, if it had one. */
  readonly requestId: string | undefined;

  constructor(path: string, status: number, requestId?: string) {
    super(`unexpected response from ${path}`);
    this.path = path;
    this.status = status;
    this.requestId = requestId;
  }
}

/** An entry of the problem catalogue, or undefined for a problem that is newer than this package. */
export const problemEntry = (name: string): ProblemEntry | undefined =>
  Object.hasOwn(problems, name) ? (problems as Readonly<Record<string, ProblemEntry>>)[name] : undefined;

/** A problem document (RFC 9457) from the exchange server. The catalogue of problems is in the server's documentation. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  /** The stable name, such as `teams-token-expired`. */
  readonly problem: string;
  /** The HTTP status of the response. */
  readonly status: number;
  readonly title: string;
  /** What to do about the problem. */
  readonly detail: string;
  /** The ID under which the server logged the request. */
  readonly requestId: string;
  /** The error code of Azure Communication Services (ACS), if ACS rejected the token. */
  readonly acsCode: string | undefined;
  /** Seconds to wait before the next try, if the server sent `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;
  /** If the server sent a claims challenge: the claims that the next sign-in must ask for, as JSON. */
  readonly claims: string | undefined;

  constructor(body: ProblemBody, headers: Headers) {
    super(body.title);
    this.problem = body.type.slice(body.type.indexOf("#") + 1);
    this.status = body.status;
    this.title = body.title;
    this.detail = body.detail;
    this.requestId = body.requestId;
    this.acsCode = body.acsCode;
    this.retryAfterSeconds = retryAfterSeconds(headers.get("retry-after"));
    this.claims = challengedClaims(headers.get("www-authenticate"));
  }
}

/** Whether a response is a problem document. */
export function isProblemBody(body: unknown): body is ProblemBody {
  const problem = body as Partial<Record<keyof ProblemBody, unknown>> | null;
  return (
    typeof problem === "object" &&
    problem !== null &&
    typeof problem.type === "string" &&
    typeof problem.title === "string" &&
    typeof problem.status === "number" &&
    typeof problem.detail === "string" &&
    typeof problem.requestId === "string" &&
    (problem.acsCode === undefined || typeof problem.acsCode === "string")
  );
}

function retryAfterSeconds(header: string | null): number | undefined {
  return header !== null && /^\d{1,5}$/.test(header) ? Number(header) : undefined;
}

/**
 * Reads the claims of a challenge: `Bearer …, error="insufficient_claims", claims="<base64 JSON>"`.
 * MSAL takes the claims as JSON text, so anything else than base64 of a JSON object is ignored.
 */
export function challengedClaims(header: string | null): string | undefined {
  if (header === null || !/\berror="insufficient_claims"/.test(header)) return undefined;
  const encoded = /\bclaims="([A-Za-z0-9+/_=-]+)"/.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  try {
    const claims = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
    const parsed: unknown = JSON.parse(claims);
    return typeof parsed === "object" && parsed !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}
