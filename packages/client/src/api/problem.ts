// The server's problem documents (RFC 9457) as errors that can be thrown. What to tell the user about them is decided
// in failure/.
import type { ProblemBody } from "@teams-token-exchange/rules/contract";

/** A failure that the exchange server reported. `name` of the problem is the stable end of its `type`. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  /** The stable name, such as `teams-token-expired`. */
  readonly problem: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  readonly acsCode: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The claims that Entra ID wants to see proven, as JSON, when the server challenged for them. */
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

/** True for a value with the members that every problem of this server has. */
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
 * MSAL takes them as JSON text, so anything that is no base64 of a JSON object is no challenge.
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
