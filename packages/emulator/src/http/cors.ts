// CORS as Graph has it: any page may call it, because every call needs a token.
import { type Answer, headerOf, type Operation } from "./operation.ts";

const anyOrigin = { "access-control-allow-origin": "*" };

const exposed = { "access-control-expose-headers": "request-id, client-request-id, Location, Retry-After" };

const withCors = (operation: Operation): Operation => ({
  ...operation,
  handle: async (context, request): Promise<Answer> => {
    const answer = await operation.handle(context, request);
    return { ...answer, headers: { ...answer.headers, ...anyOrigin, ...exposed } };
  },
});

/** Adds CORS headers for any origin to the operations, and a preflight for each path. */
export function forPages(operations: readonly Operation[]): Operation[] {
  const byPath = Map.groupBy(operations, ({ path }) => path);
  const preflights = [...byPath].map(([path, [first, ...others]]): Operation => {
    const methods = [first, ...others].map((operation) => operation?.method).join(", ");
    return {
      name: first?.name ?? "",
      method: "OPTIONS",
      path,
      handle: (_context, request) => ({
        status: 204,
        headers: {
          ...anyOrigin,
          "access-control-allow-methods": methods,
          // A wildcard does not cover `Authorization`.
          "access-control-allow-headers": headerOf(request, "access-control-request-headers") ?? "authorization",
          "access-control-max-age": "600",
        },
      }),
    };
  });
  return [...operations.map(withCors), ...preflights];
}
