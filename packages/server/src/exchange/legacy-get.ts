// GET that gives out a secret: kept for the clients of Microsoft's original sample, and hedged, because an address can be
// followed without anybody wanting to.
import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../problems/problem.ts";

/** RFC 9745: since when POST is the way, as seconds since 1970 (2026-11-01). */
const deprecatedSince = "@1793491200";

/**
 * A GET that makes a secret must not be reachable by a link, a frame or an image. Browsers say what a request is for;
 * programs that are no browsers send none of these headers.
 *
 * @throws {Problem} `navigation-refused`
 */
export function refuseNavigation({ headers }: FastifyRequest): void {
  const mode = headers["sec-fetch-mode"];
  if (mode !== undefined && mode !== "cors" && mode !== "same-origin") throw new Problem("navigation-refused");
}

/** Says that the route is deprecated, and that POST to the same path is its successor. */
export function markDeprecated(reply: FastifyReply, path: string): void {
  reply.headers({ deprecation: deprecatedSince, link: `<${reply.server.mountPath}${path}>; rel="successor-version"` });
}
