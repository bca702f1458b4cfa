// The key by which an address is counted: what one subscriber can hold, not what it can send from.
import { isIPv4, isIPv6 } from "node:net";

/** The 16-bit groups of an IPv6 address, `::` filled up. */
function groupsOf(address: string): number[] {
  // An address in a URL is written in one way: hexadecimal to its end, with `::` once at most.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const read = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [first, last = []] = written.split("::").map(read) as [number[], number[]?];
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
}

/**
 * IPv4 as it is; IPv6 by its /64, because one subscriber is given at least that; IPv4 mapped into IPv6 as IPv4. Anything
 * else, which a proxy may have let through, shares one key; so does what comes over a socket of the file system, without an address.
 */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return "unknown";
  if (isIPv4(address)) return address;
  const bare = address.split("%")[0] as string;
  if (!isIPv6(bare)) return "unknown";
  const groups = groupsOf(bare);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}
