// EntraIdentity_ExchangeAccessToken: exchanges an Entra user's token for a token of an ACS user (preview).
import { acsOperation } from "./acs-operation.ts";
import { addressedResource, bearerClaims, exchangedIdentity, userOfToken } from "./entra-user-exchange.ts";

const AUDIENCES = ["https://communication.azure.com/clients", "2a04943b-b6a7-4f65-8786-2bb6131b59f6"];

const acsScopes: readonly [string, string][] = [
  ["Chat", "chat"],
  ["VoIP", "voip"],
];

/** POST /access/entra/:exchangeAccessToken, only in 2025-03-02-preview. */
export const exchangeEntraToken = acsOperation({
  name: "EntraIdentity_ExchangeAccessToken",
  method: "POST",
  path: "/access/entra/::exchangeAccessToken",
  versions: ["2025-03-02-preview"],
  authenticate: addressedResource,
  handle: async (context, request, { caller }) => {
    const claims = await bearerClaims(context, request, AUDIENCES);
    const granted = (claims.scp ?? "").split(" ");
    const scopes = acsScopes.filter(([permission]) => granted.includes(permission)).map(([, scope]) => scope);
    return exchangedIdentity(context, caller, claims, userOfToken(context, claims), scopes);
  },
});
