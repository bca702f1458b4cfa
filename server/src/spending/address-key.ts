// The key by which an address is counted: what one subscriber can hold, not what it can send from.
import { isIPv4, isIPv6 } from "node:net";

/** The 16-bit groups of an IPv6 address, `::` filled up; a dotted end becomes two groups. */
function groupsOf(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, head = "", a, b, c, d] = dotted ?? [];
  const hex = (high: string | undefined, low: string | undefined) => (Number(high) * 256 + Number(low)).toString(16);
  const [left = "", right] = (dotted ? `${head}${hex(a, b)}:${hex(c, d)}` : address).split("::");
  const read = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [first, last] = [read(left), read(right ?? "")];
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
}

/**
 * IPv4 as it is; IPv6 by its /64, because one subscriber is given at least that; IPv4 mapped into IPv6 as IPv4. Anything
 * else, which a proxy may have let through, shares one key.
 */
export function addressKey(address: string): string {
  if (isIPv4(address)) return address;
  const [bare = ""] = address.split("%");
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
