// Failures of a request to ACS, as errors of the SDK. The messages are ours, because undici's may quote what it read.
import { type PipelineRequest, RestError } from "@azure/core-rest-pipeline";

export const badAnswer = (message: string) => new RestError(message, { code: RestError.PARSE_ERROR });

/** undici's errors in the SDK's words. The message is ours: undici's may quote what it read. */
export function asSdkError(error: unknown, request: PipelineRequest): Error {
  const { name, code = "" } = (error ?? {}) as { name?: string; code?: string };
  if (request.abortSignal?.aborted || code === "UND_ERR_CONNECT_TIMEOUT" || code === "EAI_AGAIN") {
    return Object.assign(new Error("The call did not end in time."), { name: "AbortError" });
  }
  const isGarbled = name === "HTTPParserError" || /^UND_ERR_(HEADERS_OVERFLOW|RES_)/.test(code);
  const failure = new RestError("The call failed.", { code: isGarbled ? RestError.PARSE_ERROR : code });
  return Object.assign(failure, { cause: error });
}
