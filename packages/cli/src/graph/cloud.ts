// The cloud of a deployment: the addresses of sign-in and of Microsoft Graph. An emulator is a cloud with
// other addresses and nothing else.

import { graphOf, publicGraph } from "@teams-token-exchange/rules";
import type { Environment } from "../command/environment.ts";
import { Advice } from "../command/failures.ts";

export interface Cloud {
  /** Issues the tokens; the server's ENTRA_AUTHORITY. */
  readonly authority: string;
  /** Where these commands sign in; the same unless AZURE_AUTHORITY_HOST says otherwise, because sign-in takes https. */
  readonly signInAuthority: string;
  readonly graphEndpoint: string;
  /** The resource that Graph's tokens are for. */
  readonly graphResource: string;
}

const isLoopback = ({ hostname }: URL) => ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
const isGraph = ({ protocol, hostname }: URL) =>
  protocol === "https:" && /(^|[.-])graph\.microsoft\.(com|us)$|^microsoftgraph\.chinacloudapi\.cn$/.test(hostname);

function readOrigin(env: Environment, setting: string, standard: string): URL {
  const text = env[setting]?.trim() || standard;
  if (!URL.canParse(text))
    throw new Advice(`${setting} is not an address.`, `Set ${setting} to one such as ${standard}.`);
  return new URL(text);
}

/**
 * Reads the addresses out of ENTRA_AUTHORITY, AZURE_AUTHORITY_HOST and GRAPH_ENDPOINT.
 * @throws {Advice} if an address is invalid, or an administrator's token would be sent to a host that is not Graph
 */
export function readCloud(env: Environment): Cloud {
  const authority = readOrigin(env, "ENTRA_AUTHORITY", "https://login.microsoftonline.com").origin;
  const signInAuthority = readOrigin(env, "AZURE_AUTHORITY_HOST", authority).origin;
  const standard = graphOf(authority) ?? publicGraph;
  const graph = readOrigin(env, "GRAPH_ENDPOINT", standard);
  if (!isGraph(graph) && !isLoopback(graph)) {
    throw new Advice(
      "GRAPH_ENDPOINT names a host that is neither Microsoft Graph nor this machine.",
      `Take GRAPH_ENDPOINT out, or set it to ${standard}.`,
    );
  }
  return {
    authority,
    signInAuthority,
    graphEndpoint: graph.origin,
    graphResource: isLoopback(graph) ? publicGraph : graph.origin,
  };
}
