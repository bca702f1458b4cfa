// The request ids that Entra adds to every answer. Microsoft's support asks for them, and clients log them.
import { guid } from "../crypto/random-values.ts";
import { type Answer, headerOf, type Operation } from "../http/operation.ts";

/** Adds `x-ms-request-id`, which an error has as its trace id, and the client's own id if it sent one. */
export const withRequestIds = (operations: readonly Operation[]): Operation[] =>
  operations.map((operation) => ({
    ...operation,
    handle: async (context, request): Promise<Answer> => {
      const answer = await operation.handle(context, request);
      const clientRequestId = headerOf(request, "client-request-id") ?? request.query.get("client-request-id");
      const headers = {
        "x-ms-request-id": guid(),
        ...(clientRequestId && /^[\x20-\x7e]+$/.test(clientRequestId) ? { "client-request-id": clientRequestId } : {}),
        ...answer.headers,
      };
      return { ...answer, headers };
    },
  }));
