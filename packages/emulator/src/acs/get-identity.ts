// CommunicationIdentity_Get: returns what the resource knows about an ACS user (preview).
import { acsOperation } from "./acs-operation.ts";
import { identityJson, ownedIdentity } from "./identities.ts";

/** GET /identities/{id}, only in 2025-03-02-preview. */
export const getIdentity = acsOperation({
  name: "CommunicationIdentity_Get",
  method: "GET",
  path: "/identities/:id",
  versions: ["2025-03-02-preview"],
  handle: (context, request, call) => ({
    status: 200,
    body: identityJson(ownedIdentity(context, request, call), call),
  }),
});
