// The error format of ACS, and its errors word for word as seen on the real service. Invented answers carry a header,
// so that nobody takes them for the behaviour of the service.
import type { Answer } from "../http/operation.ts";

/** Marks answers for which the real one is not known. */
export const inventedHeader = { "x-emulator-invented": "true" };

interface Details {
  target?: string;
  invented?: boolean;
  headers?: Record<string, string>;
  /** For the request log. Default: the message. */
  reason?: string;
}

/** Thrown by ACS operations. */
export class AcsError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Details;

  constructor(status: number, code: string, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** A field of the request is invalid. */
export const validationError = (message: string, target: string): AcsError =>
  new AcsError(400, "ValidationError", message, { target });

/** The answer to a wrong signature or key. Only the request log contains `reason`. */
export const denied = (reason: string, message = "Denied by the resource provider."): AcsError =>
  new AcsError(401, "Denied", message, { reason });

/** The Entra token is empty, invalid or expired. */
export const invalidAccessToken = (reason: string): AcsError =>
  new AcsError(401, "InvalidAccessToken", "Provided access token is not valid.", { reason });

/** The identity belongs to another resource, or was deleted. */
export const identityNotOwned = (): AcsError =>
  new AcsError(401, "IdentityNotOwned", "Provided identity doesn't belong to the resource.");

/** The error as an answer. */
export function acsErrorAnswer(error: AcsError): Answer {
  const { target, invented, headers, reason } = error.details;
  return {
    status: error.status,
    // As recorded: the bodies of errors name no charset, those of results do.
    headers: { "content-type": "application/json", ...(invented ? inventedHeader : {}), ...headers },
    body: { error: { code: error.code, message: error.message, ...(target === undefined ? {} : { target }) } },
    reason: `${error.code}: ${reason ?? error.message}`,
  };
}
