// CommunicationIdentity_Get: returns what the resource knows about an ACS user (preview).
import { acsOperation } from "./acs-operation.ts";
import { ownedIdentity } from "./identities.ts";

/** GET /identities/{id}, only in 2025-03-02-preview. */
export const getIdentity = acsOperation({
  name: "CommunicationIdentity_Get",
  method: "GET",
  path: "/identities/:id",
  versions: ["2025-03-02-preview"],
  handle: (context, request, call) => {
    const { id, customId, lastTokenIssuedAt } = ownedIdentity(context, request, call);
    return {
      status: 200,
      body: {
        id,
        ...(customId === undefined ? {} : { customId }),
        ...(lastTokenIssuedAt === undefined ? {} : { lastTokenIssuedAt: new Date(lastTokenIssuedAt).toISOString() }),
      },
    };
  },
});
