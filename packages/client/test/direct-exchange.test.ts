import type { AccountInfo, AuthenticationResult } from "@azure/msal-browser";
import { describe, expect, it } from "vitest";
import { DirectExchangeNotOfferedError } from "../src/direct-exchange-errors.ts";
import type { TokenClient } from "../src/entra-tokens.ts";
import { createDirectTokenCredential } from "../src/index.ts";
import { createTeamsTokenSource } from "../src/teams-token-source.ts";
import { config as serverConfig } from "./support.ts";

const scope = "https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls";
const config = {
  ...serverConfig,
  teamsPhone: { resourceEndpoint: "https://localhost:1", scopes: [scope] },
};
const account = { homeAccountId: "u.t" } as AccountInfo;

function createMsal(failure?: Error) {
  const requestedScopes: string[][] = [];
  const msal: TokenClient = {
    getActiveAccount: () => account,
    getAllAccounts: () => [account],
    acquireTokenSilent: async ({ scopes }) => {
      requestedScopes.push(scopes);
      if (failure) throw failure;
      return { accessToken: "entra-token", expiresOn: null, scopes } as AuthenticationResult;
    },
    acquireTokenPopup: () => Promise.reject(new Error("not reached")),
    acquireTokenRedirect: () => Promise.reject(new Error("not reached")),
  };
  return { msal, requestedScopes };
}

const sourceWith = (msal: TokenClient) =>
  createTeamsTokenSource({
    msal,
    endpoint: "https://server.example",
    config,
    fetch: () => Promise.reject(new Error("the exchange server must not be called")),
  });

describe("the direct exchange", () => {
  it("is refused if the server does not offer it", async () => {
    const { teamsPhone: _offered, ...without } = config;
    const { msal } = createMsal();
    const source = createTeamsTokenSource({ msal, endpoint: "https://server.example", config: without });
    await expect(source.exchange({ way: "direct" })).rejects.toThrow(DirectExchangeNotOfferedError);
    await expect(createDirectTokenCredential({ msal, config: without })).rejects.toThrow(DirectExchangeNotOfferedError);
  });

  it("asks MSAL for its one scope and passes errors of MSAL on unchanged", async () => {
    const refused = Object.assign(new Error("AADSTS65001"), {
      errorCode: "invalid_grant",
      errorMessage: "AADSTS65001",
    });
    const { msal, requestedScopes } = createMsal(refused);
    await expect(sourceWith(msal).exchange({ way: "direct" })).rejects.toBe(refused);
    expect(requestedScopes).toEqual([[scope]]);
  });
});
