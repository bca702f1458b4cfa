// TeamsExtension_ExchangeAccessToken: exchanges an Entra token for an ACS token of Teams Phone extensibility. The user
// must be assigned to the resource first.
import type { EmulatorContext } from "../http/context.ts";
import { AcsError } from "./acs-error.ts";
import { acsOperation, since } from "./acs-operation.ts";
import type { EntraClaims } from "./authenticate-caller.ts";
import { addressedResource, bearerClaims, exchangedIdentity, userOfToken } from "./entra-user-exchange.ts";
import { assignmentKey } from "./teams-extension-assignments.ts";

const AUDIENCES = ["https://auth.msft.communication.azure.com", "1fd5118e-2576-4263-8130-9503064c837a"];
const PERMISSION = "TeamsExtension.ManageCalls";

function checkAssigned(context: EmulatorContext, resourceId: string, claims: EntraClaims): void {
  const assignment = context.state.assignments.get(assignmentKey(resourceId, claims.tid ?? "", claims.oid ?? ""));
  const client = claims.appid ?? claims.azp ?? "";
  if (assignment && (!assignment.clientIds || assignment.clientIds.includes(client))) return;
  const message = "The user or the client is not assigned to this resource.";
  throw new AcsError(403, "Forbidden", message, { invented: true });
}

/** POST /access/teamsExtension/:exchangeAccessToken, in the preview and since 2025-06-30. */
export const exchangeTeamsExtensionToken = acsOperation({
  name: "TeamsExtension_ExchangeAccessToken",
  method: "POST",
  path: "/access/teamsExtension/::exchangeAccessToken",
  versions: since("2025-03-02-preview"),
  authenticate: addressedResource,
  handle: async (context, request, { caller }) => {
    const claims = await bearerClaims(context, request, AUDIENCES);
    const user = userOfToken(context, claims);
    checkAssigned(context, caller.resource.id, claims);
    const scopes = (claims.scp ?? "").split(" ").includes(PERMISSION) ? ["voip"] : [];
    return exchangedIdentity(context, caller, claims, user, scopes);
  },
});
