import type { AccountInfo, AuthenticationResult } from "@azure/msal-browser";
import { describe, expect, it } from "vitest";
import type { TokenClient } from "../auth/acquire-token.ts";
import { describeFailure } from "../failure/failure.ts";
import { config as serverConfig } from "../support-config.ts";
import { DirectExchangeError, DirectExchangeNotOfferedError } from "./direct-exchange-error.ts";
import { createTeamsTokenProvider } from "./provider.ts";

const scope = "https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls";
const config = {
  ...serverConfig,
  teamsPhone: { resourceEndpoint: "https://localhost:1", scopes: [scope] },
};
const account = { homeAccountId: "u.t" } as AccountInfo;

function createMsal(failure?: Error) {
  const asked: string[][] = [];
  const msal: TokenClient = {
    getActiveAccount: () => account,
    getAllAccounts: () => [account],
    acquireTokenSilent: async ({ scopes }) => {
      asked.push(scopes);
      if (failure) throw failure;
      return { accessToken: "entra-token", expiresOn: null, scopes } as AuthenticationResult;
    },
    acquireTokenPopup: () => Promise.reject(new Error("not reached")),
    acquireTokenRedirect: () => Promise.reject(new Error("not reached")),
  };
  return { msal, asked };
}

const providerWith = (msal: TokenClient) =>
  createTeamsTokenProvider({
    msal,
    endpoint: "https://server.example",
    config,
    fetch: () => Promise.reject(new Error("the exchange server must not be asked")),
  });

describe("the direct exchange", () => {
  it("is refused where the server does not offer it", async () => {
    const { teamsPhone: _offered, ...without } = config;
    const { msal } = createMsal();
    const provider = createTeamsTokenProvider({ msal, endpoint: "https://server.example", config: without });
    await expect(provider.exchange({ way: "direct" })).rejects.toThrow(DirectExchangeNotOfferedError);
  });

  it("asks MSAL for the one scope and passes its errors on as they are", async () => {
    const refused = Object.assign(new Error("AADSTS65001"), {
      errorCode: "invalid_grant",
      errorMessage: "AADSTS65001",
    });
    const { msal, asked } = createMsal(refused);
    await expect(providerWith(msal).exchange({ way: "direct" })).rejects.toBe(refused);
    expect(asked).toEqual([[scope]]);
  });
});

describe("a refusal of ACS", () => {
  it.each([
    [403, "acs-403", "not assigned"],
    [401, "acs-401", "does not accept"],
    [500, "acs-500", "failed"],
    [undefined, "acs-unreachable", "did not answer"],
  ])("%s is told as %s, with ACS's code", (status, code, words) => {
    const failure = describeFailure(new DirectExchangeError(status, "Forbidden", undefined));
    expect(failure).toMatchObject({ code, title: expect.stringContaining(words), acsCode: "Forbidden" });
  });
});
