// Requests to ACS that the Identity SDK 1.3.1 has no operation for, signed as it signs its own and sent over the same
// connections.
import { createCommunicationAuthPolicy } from "@azure/communication-common";
import { createEmptyPipeline, createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { type AcsConnection, alternate } from "./acs-connection.ts";
import { type AcsOutcome, failureOf } from "./acs-failure.ts";
import { readMsCv } from "./transport-request.ts";

export interface SignedRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** From the slash on, percent-encoded, without the version. */
  readonly path: string;
  readonly apiVersion: string;
  readonly body?: unknown;
}

/** A successful answer. The body may have any shape, and is undefined if there is none. */
export interface SignedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly msCv?: string | undefined;
}

/** Sends one request; never rejects. The signal ends it at any point, headers and body included. */
export type SendSigned = (request: SignedRequest, abortSignal: AbortSignal) => Promise<AcsOutcome<SignedAnswer>>;

/** The body as JSON, or undefined if it is not JSON: an error may have any body. */
function readJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

/** Makes a sender with the keys, or the Entra credential, of the connection. */
export function createSignedSender(connection: AcsConnection): SendSigned {
  const { endpoint, credential, transport, allowInsecureConnection } = connection;
  const pipelines = credential.makeClients((given) => {
    const pipeline = createEmptyPipeline();
    pipeline.addPolicy(createCommunicationAuthPolicy(given));
    return pipeline;
  });
  const withKey = alternate(pipelines);

  return (request, abortSignal) =>
    withKey(async (pipeline) => {
      const pipelineRequest = createPipelineRequest({
        url: `${endpoint}${request.path}?api-version=${request.apiVersion}`,
        method: request.method,
        headers: createHttpHeaders({ accept: "application/json", "content-type": "application/json" }),
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
        ...{ abortSignal, allowInsecureConnection },
      });
      try {
        const response = await pipeline.sendRequest(transport, pipelineRequest);
        const { status: statusCode, headers } = response;
        const body = readJson(response.bodyAsText);
        if (statusCode < 300) return { ok: true, value: { status: statusCode, body, msCv: readMsCv(headers) } };
        const { code } = (body as { error?: { code?: string } } | undefined)?.error ?? {};
        return failureOf({ statusCode, ...(typeof code === "string" && { code }), response }, connection);
      } catch (error) {
        return failureOf(error, connection);
      }
    });
}
