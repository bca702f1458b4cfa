// What a page connects to for calls and for finding people: Microsoft's services, or the emulator's.
import { graphOf, isMicrosoftAuthority, publicGraph } from "@teams-token-exchange/rules";
import type { CallingService } from "@teams-token-exchange/rules/contract";
import type { Config } from "../settings/read-settings.ts";

/** ACS in any of Microsoft's clouds. */
const azureHost = /(^|\.)communication\.azure\.[a-z.]+$/;

/**
 * The calling service of a deployment. An emulator is used only if neither sign-in nor ACS is Microsoft's: its tokens are worth
 * nothing at Microsoft, and Microsoft's tokens must never be sent to an emulator.
 */
export function callingServiceOf({
  entra,
  acs,
}: Pick<Config, "entra"> & { acs: { endpoint: string } }): CallingService {
  const isAzure = isMicrosoftAuthority(entra.authority) || azureHost.test(new URL(acs.endpoint).hostname);
  return isAzure ? { kind: "azure" } : { kind: "emulator", endpoint: entra.authority };
}

/** The origin of Microsoft Graph: GRAPH_ENDPOINT, or else the Graph that belongs to the authority. */
export function graphEndpointOf({ entra, graphEndpoint }: Pick<Config, "entra" | "graphEndpoint">): string {
  if (graphEndpoint !== publicGraph) return graphEndpoint;
  return graphOf(entra.authority) ?? entra.authority;
}
