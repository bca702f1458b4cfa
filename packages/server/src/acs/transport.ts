// The SDK's HTTP client: one bounded pool of kept-alive connections, and limits on the size of an answer. The SDK's own
// transport has no limits.
import type { HttpClient } from "@azure/core-rest-pipeline";
import { explainFailure } from "../network/explain-failure.ts";
import { createConnections } from "../network/network.ts";
import type { NetworkSettings } from "../settings/network-settings.ts";
import { requestSender } from "./transport-request.ts";

/** An answer of ACS is about 2 KB. */
const maxBodyBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;
const connectTimeoutMs = 3_000;
/** Below the idle time after which Azure's front ends close a connection, so that we close first. */
const keepAliveMs = 30_000;
const directly: NetworkSettings = { proxy: undefined };

export interface Transport extends HttpClient {
  /** Says for operators what went wrong on the way to ACS. */
  explain(error: unknown): string;
  /** Ends all connections once they are idle. */
  close(): Promise<void>;
}

/**
 * A transport to one origin.
 * @param connections the most open connections; further requests wait in the pool
 */
export function createTransport(origin: string, connections: number, network: NetworkSettings = directly): Transport {
  const pool = createConnections(origin, network, {
    connections,
    pipelining: 1,
    connect: { timeout: connectTimeoutMs },
    keepAliveTimeout: keepAliveMs,
    maxHeaderSize: maxHeaderBytes,
    maxResponseSize: maxBodyBytes,
    // The one deadline of the exchange is the abort signal; it covers connect, headers and body.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    close: () => pool.close(),
    explain: (error) =>
      explainFailure(error, {
        attempt: "Cannot call ACS at",
        host: new URL(origin).host,
        setting: "ACS_CONNECTION_STRING (or ACS_ENDPOINT)",
        proxy: network.proxy,
      }),
    sendRequest: requestSender(pool, origin),
  };
}
