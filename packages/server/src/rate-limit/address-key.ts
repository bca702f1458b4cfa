// The keys by which an address is counted: what one subscriber can hold, not what it can send from.
import { isIPv4, isIPv6 } from "node:net";

/** The 16-bit groups of an IPv6 address, `::` filled up. */
function groupsOf(address: string): number[] {
  // An address in a URL is written in one way: hexadecimal to its end, with `::` once at most.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const read = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [first, last = []] = written.split("::").map(read) as [number[], number[]?];
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
}

const network = (groups: readonly number[], bits: 48 | 64) =>
  `${groups
    .slice(0, bits / 16)
    .map((group) => group.toString(16))
    .join(":")}::/${bits}`;

/**
 * IPv4 as it is; IPv6 by its /64, because one subscriber is given at least that, and by its /48, which one site is given; IPv4
 * mapped into IPv6 as IPv4. Anything else, which a proxy may have let through, shares one key; so does what comes over a socket
 * of the file system, without an address.
 */
export function addressKeys(address = ""): { address: string; site?: string } {
  if (isIPv4(address)) return { address };
  const bare = address.split("%")[0] as string;
  if (!isIPv6(bare)) return { address: "unknown" };
  const groups = groupsOf(bare);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return { address: network(groups, 64), site: network(groups, 48) };
  const bytes = groups.slice(6).flatMap((group) => [group >> 8, group & 255]);
  return { address: bytes.join(".") };
}
