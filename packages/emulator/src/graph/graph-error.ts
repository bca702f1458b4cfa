// Microsoft Graph's error shape.

import { guid } from "../crypto/random-values.ts";
import type { World } from "../http/context.ts";
import type { Answer, OperationRequest } from "../http/operation.ts";
import { headerOf } from "../http/operation.ts";

/** Thrown by Graph operations. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** There is no such thing. */
export const notFound = (): GraphError =>
  new GraphError(
    404,
    "Request_ResourceNotFound",
    "Resource does not exist or one of its queried reference-property objects are not present.",
  );

/** The request cannot be understood. */
export const badRequest = (message: string): GraphError => new GraphError(400, "Request_BadRequest", message);

/** The error as an answer, with the ids that Microsoft's support asks for. */
export function graphErrorAnswer(world: World, request: OperationRequest, error: GraphError): Answer {
  const requestId = guid();
  const innerError = {
    date: new Date(world.clock.now()).toISOString().slice(0, 19),
    "request-id": requestId,
    "client-request-id": headerOf(request, "client-request-id") ?? requestId,
  };
  return {
    status: error.status,
    headers: { "request-id": requestId },
    body: { error: { code: error.code, message: error.message, innerError } },
    reason: `${error.code}: ${error.message}`,
  };
}
