// Which Redis may be used. Promised places and the deny-list hold user ids, and whoever writes there decides who is let in:
// so without TLS only a Redis of this machine or of a private network is taken.
import { BlockList, isIP } from "node:net";
import { accept, type Result, refuse } from "@teams-token-exchange/rules";

export type RedisUrlRefusal =
  | "must look like rediss://user:password@host:6380"
  | "may be redis:// only for this machine, a private address or a private name; use rediss:// (TLS)";

const privateNetworks = new BlockList();
privateNetworks.addSubnet("127.0.0.0", 8, "ipv4");
privateNetworks.addSubnet("10.0.0.0", 8, "ipv4");
privateNetworks.addSubnet("172.16.0.0", 12, "ipv4");
privateNetworks.addSubnet("192.168.0.0", 16, "ipv4");
privateNetworks.addAddress("::1", "ipv6");
privateNetworks.addSubnet("fc00::", 7, "ipv6");

/** Names that no public resolver answers: single labels, as containers have them, and the reserved endings. */
const privateName = /^[^.]+$|\.(localhost|internal|local|lan|home\.arpa|svc|test)$/;

function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  const version = isIP(host);
  return version === 0 ? privateName.test(host) : privateNetworks.check(host, version === 4 ? "ipv4" : "ipv6");
}

/** The url, fit to be connected to. It may hold a password: never show it. */
export function checkRedisUrl(text: string): Result<string, RedisUrlRefusal> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || !/^\/?\d*$/.test(url.pathname)) {
    return refuse("must look like rediss://user:password@host:6380");
  }
  if (url.protocol === "redis:" && !isPrivate(url.hostname.toLowerCase())) {
    return refuse("may be redis:// only for this machine, a private address or a private name; use rediss:// (TLS)");
  }
  return accept(text);
}
