// How a command reaches Entra ID, Graph and ACS: as the server does, by the same settings, also if they stand in .env.
import { readFileSync } from "node:fs";
import tls from "node:tls";
import {
  createAzureClient,
  createFetch,
  type ProxySettings,
  readNetwork,
} from "@teams-token-exchange/server/deployment";
import type { Environment } from "./environment.ts";

export interface Outgoing {
  readonly fetch: typeof fetch;
  /** The same for Azure's libraries. */
  readonly httpClient: ReturnType<typeof createAzureClient>;
  /** What both go through; only for messages. */
  readonly proxy: ProxySettings | undefined;
}

/** The way out by these settings. A proxy that cannot be used is reported with the settings. */
export function createOutgoing(env: Environment): Outgoing {
  const network = readNetwork(env);
  const fetch = createFetch(network);
  return { fetch, httpClient: createAzureClient(fetch), proxy: network.proxy };
}

/**
 * Trusts the CAs in the file that NODE_EXTRA_CA_CERTS names. Node reads it only from the environment in which it starts; this is
 * for a line in .env.
 * @returns what is wrong with the setting, if anything
 */
export function trustExtraAuthorities(env: Environment): string | undefined {
  const file = env["NODE_EXTRA_CA_CERTS"];
  if (!file || tls.getCACertificates("extra").length > 0) return undefined;
  // Node 22.18 has no such function.
  if (!tls.setDefaultCACertificates) return "NODE_EXTRA_CA_CERTS has no effect in .env. Set it in the environment.";
  try {
    const certificates = readFileSync(file, "utf8").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), ...(certificates as string[])]);
    return undefined;
  } catch {
    return "NODE_EXTRA_CA_CERTS names a file that cannot be read, or that has no certificate in PEM form.";
  }
}
