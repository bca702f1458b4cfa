// The one way out: every request to Entra ID, ACS, Microsoft Graph and the OTLP receiver goes through the proxy of the settings,
// or directly. Link-local addresses are always reached directly, because a proxy cannot reach the managed identity of this machine.
// So are loopback addresses, unless the proxy is on this machine too, as a debugging proxy is: it can reach them.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { BlockList, isIP } from "node:net";
import { createHttpHeaders, type HttpClient, RestError } from "@azure/core-rest-pipeline";
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch as fetchThrough, Pool } from "undici";
import type { NetworkSettings, ProxySettings } from "../settings/network-settings.ts";
import { codeOf } from "./explain-failure.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
const linkLocal = new BlockList();
linkLocal.addSubnet("169.254.0.0", 16, "ipv4");
linkLocal.addSubnet("fe80::", 10, "ipv6");

function isIn(network: BlockList, { hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  const version = isIP(host);
  return version !== 0 && network.check(host, version === 4 ? "ipv4" : "ipv6");
}

const isLoopback = (url: URL) => /(^|\.)localhost$/.test(url.hostname) || isIn(loopback, url);

/** Whether the proxy cannot reach an address, because it is this machine's or valid only beside it. */
export function isDirect(url: URL, { httpProxy, httpsProxy }: ProxySettings): boolean {
  const proxy = url.protocol === "https:" ? httpsProxy : httpProxy;
  return isIn(linkLocal, url) || (isLoopback(url) && !(URL.canParse(proxy) && isLoopback(new URL(proxy))));
}

/** `fetch` by the settings. Without a proxy it is the global one. */
export function createFetch({ proxy }: NetworkSettings): typeof fetch {
  if (!proxy) return globalThis.fetch;
  const through = new EnvHttpProxyAgent(proxy);
  const directly = new Agent();
  return ((url: string, init: object) => {
    const dispatcher = isDirect(new URL(url), proxy) ? directly : through;
    return fetchThrough(url, { ...init, dispatcher });
  }) as unknown as typeof fetch;
}

/** Connections to one origin by the settings. */
export function createConnections(origin: string, { proxy }: NetworkSettings, limits: Pool.Options): Dispatcher {
  if (!proxy || isDirect(new URL(origin), proxy)) return new Pool(origin, limits);
  return new EnvHttpProxyAgent({ ...limits, ...proxy } as EnvHttpProxyAgent.Options);
}

/** Makes agents of node:http and node:https by the settings. */
export const agentFactory =
  ({ proxy }: NetworkSettings) =>
  (protocol: string): HttpAgent => {
    const proxyEnv = proxy && {
      HTTP_PROXY: proxy.httpProxy,
      HTTPS_PROXY: proxy.httpsProxy,
      NO_PROXY: `${proxy.noProxy},localhost,127.0.0.1,::1`,
    };
    const options = { keepAlive: true, ...(proxyEnv && { proxyEnv }) };
    return protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  };

/** The HTTP client of Azure's libraries, which would read the proxy in their own way. */
export function createAzureClient(fetch: typeof globalThis.fetch): HttpClient {
  return {
    async sendRequest(request) {
      const limits = [request.abortSignal, request.timeout > 0 ? AbortSignal.timeout(request.timeout) : undefined];
      try {
        const response = await fetch(request.url, {
          method: request.method,
          headers: request.headers.toJSON(),
          body: typeof request.body === "string" ? request.body : null,
          redirect: "manual",
          signal: AbortSignal.any(limits.filter((signal) => signal !== undefined) as AbortSignal[]),
        });
        const headers = createHttpHeaders(Object.fromEntries(response.headers));
        return { request, status: response.status, headers, bodyAsText: await response.text() };
      } catch (cause) {
        if (request.abortSignal?.aborted) throw cause;
        const code = codeOf(cause) ?? RestError.REQUEST_SEND_ERROR;
        throw Object.assign(new RestError("The request could not be sent.", { code, request }), { cause });
      }
    },
  };
}
