// Entra's errors: one class for all codes, and their JSON format.

import { guid } from "../crypto/random-values.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, headerOf, type OperationRequest } from "../http/operation.ts";
import { catalogue, type Entry } from "./aadsts-catalogue.ts";

/** A code of the catalogue. */
export type AadstsCode = keyof typeof catalogue;

/** Thrown by Entra operations. The endpoint decides whether it becomes JSON, a redirect or a page. */
export class EntraError extends Error {
  readonly code: AadstsCode;
  readonly entry: Entry;
  /** A claims challenge (JSON) that the client must send with its next interactive request. */
  readonly claims: string | undefined;

  constructor(code: AadstsCode, values: readonly string[] = [], claims?: string) {
    const entry: Entry = catalogue[code];
    super(`AADSTS${code}: ${values.reduce((text, value, index) => text.replaceAll(`{${index}}`, value), entry.text)}`);
    this.code = code;
    this.entry = entry;
    this.claims = claims;
  }
}

function traces(context: EmulatorContext, request: OperationRequest) {
  const correlationId = headerOf(request, "client-request-id") ?? request.query.get("client-request-id") ?? guid();
  const timestamp = `${new Date(context.clock.now()).toISOString().slice(0, 19).replace("T", " ")}Z`;
  return { traceId: guid(), correlationId, timestamp };
}

/** The body of an error, as the token endpoint returns it and pages show it. */
export function errorBody(context: EmulatorContext, request: OperationRequest, error: EntraError) {
  const { traceId, correlationId, timestamp } = traces(context, request);
  return {
    error: error.entry.error,
    error_description: `${error.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [error.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${request.origin}/error?code=${error.code}`,
    ...(error.entry.suberror ? { suberror: error.entry.suberror } : {}),
    ...(error.claims ? { claims: error.claims } : {}),
  };
}

/** Runs a JSON endpoint of Entra and turns an EntraError into its answer. */
export async function withEntraErrors(
  context: EmulatorContext,
  request: OperationRequest,
  work: () => Answer | Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    const body = errorBody(context, request, error);
    const headers = { "x-ms-request-id": body.trace_id };
    return { status: error.entry.status ?? 400, headers, body, reason: error.message };
  }
}
