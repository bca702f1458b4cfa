// CommunicationIdentity_RevokeAccessTokens: ends every token the ACS user has, not those it gets later.
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
