// CommunicationIdentity_Delete: removes an ACS user and ends its tokens.
import { acsOperation, apiVersions } from "./acs-operation.ts";
import { endTokens, ownedIdentity } from "./identities.ts";

/** DELETE /identities/{id}. */
export const deleteIdentity = acsOperation({
  name: "CommunicationIdentity_Delete",
  method: "DELETE",
  path: "/identities/:id",
  versions: apiVersions,
  handle: (context, request, call) => {
    const identity = ownedIdentity(context, request, call);
    identity.deleted = true;
    endTokens(context, identity.id, "identity deleted");
    return { status: 204 };
  },
});
