// CommunicationIdentity_IssueAccessToken: issues a token for an ACS user.
import { jsonObjectOf } from "../http/operation.ts";
import { validationError } from "./acs-error.ts";
import { acsOperation, apiVersions } from "./acs-operation.ts";
import { mintIdentityToken, ownedIdentity, readAcsScopes, readLifetimeSeconds } from "./identities.ts";

/** POST /identities/{id}/:issueAccessToken. */
export const issueAccessToken = acsOperation({
  name: "CommunicationIdentity_IssueAccessToken",
  method: "POST",
  path: "/identities/:id/::issueAccessToken",
  versions: apiVersions,
  handle: async (context, request, call) => {
    const body = jsonObjectOf(request);
    if (!body) throw validationError("The request body is not a JSON object.", "body");
    const scopes = readAcsScopes(body["scopes"]);
    const lifetimeSeconds = readLifetimeSeconds(body["expiresInMinutes"]);
    const identity = ownedIdentity(context, request, call);
    const asked = `token for ${scopes.join(", ")}, ${lifetimeSeconds / 60} minutes`;
    return { status: 200, asked, body: await mintIdentityToken(context, call, identity, scopes, lifetimeSeconds) };
  },
});
