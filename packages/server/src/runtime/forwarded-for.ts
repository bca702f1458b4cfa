// X-Forwarded-For as proxies really write it. Azure Application Gateway adds ports, others brackets, quotes, zones, or words such
// as `unknown`. Fastify takes each element as it is, so a port would make a new address of every connection.
import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";

/** The address in one element: without port, brackets, quotes and zone, and IPv4 mapped into IPv6 as IPv4. */
function addressIn(element: string): string | undefined {
  const text = element.trim().replace(/^"(.*)"$/, "$1");
  const [, inBrackets, beforePort] = /^(?:\[([^\]]*)\](?::[\w.-]*)?|([\d.]+):[\w.-]*)$/.exec(text) ?? [];
  const address = (inBrackets ?? beforePort ?? text).replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(address) === 0 ? undefined : address;
}

/**
 * The addresses of the header, from the client to the nearest proxy. An element that is no address counts as the proxy that
 * wrote it, and nobody vouches for the addresses before it: both are cut off.
 */
export function readForwardedFor(header: string): string[] {
  const addresses = header.split(",").map(addressIn);
  return addresses.slice(addresses.lastIndexOf(undefined) + 1) as string[];
}

/** Adds the hook that cleans the header before anything asks for `request.ip`. */
export function addForwardedFor(app: FastifyInstance): void {
  app.addHook("onRequest", ({ raw: { headers } }, _reply, done) => {
    const header = headers["x-forwarded-for"];
    if (header !== undefined) {
      const addresses = readForwardedFor(String(header));
      if (addresses.length > 0) headers["x-forwarded-for"] = addresses.join(", ");
      else delete headers["x-forwarded-for"];
    }
    done();
  });
}
