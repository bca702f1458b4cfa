// Which route an address means. Express, for which the clients of the original sample were written, takes a path in any case and
// with a slash at its end; so do we, for all routes but files. Every way to write a path leads to the one route behind all of
// its hooks.
import type { IncomingMessage } from "node:http";

/**
 * An address that nobody can have meant. It stands in for those that the router itself refuses, because such an answer would
 * pass every hook by, and quote the address with any token in it.
 */
export const malformedAddress = "//malformed";

/** What two addresses of one route have in common. */
const formOf = (path: string) =>
  path
    .replaceAll(/\/{2,}/g, "/")
    .replace(/(.)\/$/, "$1")
    .toLowerCase();

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}

export interface Addresses {
  /** Addresses that need no reading. */
  readonly known: ReadonlySet<string>;
  /** Adds a route. @param isFile its name is that of a file, where case matters */
  add(path: string, isFile: boolean): void;
  /** The address of a request as the router knows it, with the query as it was. */
  read(address: string, request: IncomingMessage): string;
}

/** @param cutOff a path that a proxy may have removed from the front of each address; empty for none */
export function createAddresses(cutOff: string): Addresses {
  const known = new Set<string>();
  const byForm = new Map<string, string>();
  const find = (path: string) => (known.has(path) ? path : byForm.get(formOf(path)));
  return {
    known,
    add(path, isFile) {
      known.add(path);
      if (!isFile) byForm.set(formOf(path), path);
    },
    read(target, { headers, httpVersion }) {
      // Node's own answer to a missing Host passes every hook by, so it is switched off (RFC 9112, section 3.2).
      if (headers.host === undefined && httpVersion === "1.1") return malformedAddress;
      // Servers must take the absolute form too (RFC 9112, section 3.2.2).
      const address = target.replace(/^https?:\/\/[^/?]*/i, "");
      const queryAt = address.indexOf("?");
      const path = queryAt < 0 ? address : address.slice(0, queryAt);
      const query = queryAt < 0 ? "" : address.slice(queryAt);
      if (path === "*") return path;
      if (!isDecodable(path || "/")) return malformedAddress;
      return (find(path || "/") ?? find(cutOff + path) ?? path) + query;
    },
  };
}
