// Whose X-Forwarded-For is believed. Nobody's by default: whoever may name the address that is counted is never counted.
import { isIP } from "node:net";
import { accept, type Result, refuse } from "@teams-token-exchange/rules";

/** Nobody, so many hops from this server, or exactly these addresses and networks. */
export type TrustedProxies = false | number | string[];

export type TrustedProxiesRefusal =
  "must be a number of proxies from 1 to 10, or addresses and networks such as 10.0.0.0/8, comma separated";

const refusal: TrustedProxiesRefusal =
  "must be a number of proxies from 1 to 10, or addresses and networks such as 10.0.0.0/8, comma separated";

function isNetwork(text: string): boolean {
  const [address = "", prefix, more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  if (prefix === undefined) return true;
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  // A prefix of 0 would believe the whole world.
  return bits >= 1 && bits <= (version === 4 ? 32 : 128);
}

/** Reads the setting; empty means nobody. */
export function readTrustedProxies(text: string): Result<TrustedProxies, TrustedProxiesRefusal> {
  const items = text.split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim()]));
  const [first = ""] = items;
  if (items.length === 0) return accept(false);
  if (items.length === 1 && /^\d+$/.test(first)) {
    const hops = Number(first);
    return hops >= 1 && hops <= 10 ? accept(hops) : refuse(refusal);
  }
  return items.every(isNetwork) ? accept(items) : refuse(refusal);
}

/** The same as Fastify takes it; it asks for each hop, the nearest being 0. */
export function trustProxy(trusted: TrustedProxies): false | string[] | ((address: string, hop: number) => boolean) {
  return typeof trusted === "number" ? (_address, hop) => hop < trusted : trusted;
}
