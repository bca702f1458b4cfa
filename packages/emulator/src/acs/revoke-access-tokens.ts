// CommunicationIdentity_RevokeAccessTokens: ends all current tokens of an ACS user.
import { acsOperation, apiVersions } from "./acs-operation.ts";
import { endTokens, ownedIdentity } from "./identities.ts";

/** POST /identities/{id}/:revokeAccessTokens. */
export const revokeAccessTokens = acsOperation({
  name: "CommunicationIdentity_RevokeAccessTokens",
  method: "POST",
  path: "/identities/:id/::revokeAccessTokens",
  versions: apiVersions,
  handle: (context, request, call) => {
    endTokens(context, ownedIdentity(context, request, call).id, "revoked");
    return { status: 204 };
  },
});
