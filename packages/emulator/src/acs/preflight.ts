// CORS for the two exchanges that a browser calls itself, with the user's token; everything else of ACS Identity is called by
// servers, and no page may read it.
import { type Answer, headerOf, type Operation } from "../http/operation.ts";

const anyOrigin = { "access-control-allow-origin": "*" };

/** The operation as pages of any origin may call it, and the preflight that browsers send before it. */
export function forBrowsers(operation: Operation): { operation: Operation; preflight: Operation } {
  const { name, path } = operation;
  return {
    operation: {
      ...operation,
      handle: async (world, request): Promise<Answer> => {
        const answer = await operation.handle(world, request);
        return { ...answer, headers: { ...answer.headers, ...anyOrigin } };
      },
    },
    preflight: {
      ...{ name, path, method: "OPTIONS" },
      handle: (_world, request) => ({
        status: 204,
        headers: {
          ...anyOrigin,
          "access-control-allow-methods": operation.method,
          // A wildcard would not cover Authorization.
          "access-control-allow-headers": headerOf(request, "access-control-request-headers") ?? "authorization",
          "access-control-max-age": "600",
        },
      }),
    },
  };
}
