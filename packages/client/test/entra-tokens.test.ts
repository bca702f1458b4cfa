import {
  type AccountInfo,
  type AuthenticationResult,
  InteractionRequiredAuthError,
  ServerError,
} from "@azure/msal-browser";
import { describe, expect, it } from "vitest";
import {
  acquireToken,
  adminConsentUrl,
  msalConfiguration,
  NoAccountError,
  type TokenClient,
} from "../src/entra-tokens.ts";

const account = { homeAccountId: "u.t" } as AccountInfo;
const result = { accessToken: "token" } as AuthenticationResult;
const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

function interactionRequired(challenge = "") {
  return new InteractionRequiredAuthError("interaction_required", "corr", "AADSTS50076", "", "", "", challenge);
}

/** An MSAL application whose silent requests end in `silent`. It records the requests. */
function msal(
  silent: Error | AuthenticationResult,
  accounts: AccountInfo[] = [account],
  active: AccountInfo | null = account,
) {
  const requests: { how: string; request: unknown }[] = [];
  const record = (how: string, request: unknown) => {
    requests.push({ how, request });
  };
  const client: TokenClient = {
    getActiveAccount: () => active,
    getAllAccounts: () => accounts,
    acquireTokenSilent: async (request) => {
      record("silent", request);
      if (silent instanceof Error) throw silent;
      return silent;
    },
    acquireTokenPopup: async (request) => {
      record("popup", request);
      return result;
    },
    acquireTokenRedirect: async (request) => record("redirect", request),
  };
  return { client, requests };
}

describe("acquireToken", () => {
  it("does not ask the user if the silent request succeeds", async () => {
    const { client, requests } = msal(result);
    await expect(acquireToken(client, { scopes: ["s"], interaction: "popup" })).resolves.toBe(result);
    expect(requests).toEqual([{ how: "silent", request: { scopes: ["s"], account } }]);
  });

  it("fails if Entra ID needs the user and no interaction is allowed", async () => {
    const { client, requests } = msal(interactionRequired());
    await expect(acquireToken(client, { scopes: ["s"] })).rejects.toBeInstanceOf(InteractionRequiredAuthError);
    expect(requests.map(({ how }) => how)).toEqual(["silent"]);
  });

  it("asks the user with the claims that Entra ID requires", async () => {
    const { client, requests } = msal(interactionRequired(claims));
    await acquireToken(client, { scopes: ["s"], interaction: "popup" });
    expect(requests[1]).toEqual({
      how: "popup",
      request: { scopes: ["s"], account, claims, overrideInteractionInProgress: true },
    });
  });

  it("passes the claims of the API's challenge to the silent and to the interactive request", async () => {
    const { client, requests } = msal(interactionRequired());
    await acquireToken(client, { scopes: ["s"], claims, interaction: "popup" });
    expect(requests[0]?.request).toEqual({ scopes: ["s"], account, claims });
    expect(requests[1]?.request).toMatchObject({ claims });
  });

  it("sends no claims if nobody requires any", async () => {
    const { client, requests } = msal(interactionRequired(""));
    await acquireToken(client, { scopes: ["s"], interaction: "popup" });
    expect(requests[1]?.request).not.toHaveProperty("claims");
  });

  it("does not ask the user about a failure that they cannot resolve", async () => {
    const { client, requests } = msal(new ServerError("invalid_client", "corr", "AADSTS700016"));
    await expect(acquireToken(client, { scopes: ["s"], interaction: "popup" })).rejects.toThrow("AADSTS700016");
    expect(requests).toHaveLength(1);
  });

  it("neither resolves nor rejects while the browser leaves the page", async () => {
    const { client, requests } = msal(interactionRequired());
    const outcome = acquireToken(client, { scopes: ["s"], interaction: "redirect" }).then(
      () => "settled",
      () => "settled",
    );
    const undisturbed = new Promise((resolve) => setImmediate(resolve, "pending"));
    expect(await Promise.race([outcome, undisturbed])).toBe("pending");
    expect(requests[1]?.how).toBe("redirect");
  });

  it("uses the only account if none is active", async () => {
    const { client, requests } = msal(result, [account], null);
    await acquireToken(client, { scopes: ["s"] });
    expect(requests[0]?.request).toMatchObject({ account });
  });

  it.each([[[]], [[account, account]]])("does not guess an account from %j", async (accounts) => {
    await expect(acquireToken(msal(result, accounts, null).client, { scopes: ["s"] })).rejects.toBeInstanceOf(
      NoAccountError,
    );
  });
});

const cloud = {
  tenantId: "t",
  clientId: "c",
  authority: "https://login.microsoftonline.com/t",
  knownAuthorities: [],
  apiScopes: [],
  teamsScopes: [],
};
const emulator = {
  ...cloud,
  authority: "https://localhost:9400/t",
  knownAuthorities: ["localhost:9400"],
  authorityMetadata: JSON.stringify({ authorization_endpoint: "http://localhost:9400/t/oauth2/v2.0/authorize" }),
};

describe("msalConfiguration", () => {
  it("passes authority and metadata to MSAL unchanged", () => {
    const { authority, knownAuthorities, authorityMetadata } = emulator;
    expect(msalConfiguration(emulator, "http://localhost:3000").auth).toMatchObject({
      authority,
      knownAuthorities,
      authorityMetadata,
    });
    expect(msalConfiguration(cloud, "https://app.example").auth).not.toHaveProperty("authorityMetadata");
  });

  it("renews before the ACS credential asks, which is 10 minutes before the expiry", () => {
    expect(msalConfiguration(cloud, "https://app.example").system?.tokenRenewalOffsetSeconds).toBeGreaterThan(600);
  });

  it("keeps tokens out of localStorage", () => {
    expect(msalConfiguration(cloud, "https://app.example").cache?.cacheLocation).toBe("sessionStorage");
  });
});

describe("adminConsentUrl", () => {
  it("is Microsoft's page in the cloud", () => {
    expect(adminConsentUrl(cloud, "https://app.example")).toBe(
      "https://login.microsoftonline.com/t/adminconsent?client_id=c&redirect_uri=https%3A%2F%2Fapp.example%2Fredirect.html",
    );
  });

  it("is on the host of the endpoints if the authority is only a name", () => {
    expect(adminConsentUrl(emulator, "http://localhost:3000")).toMatch(/^http:\/\/localhost:9400\/t\/adminconsent\?/);
  });
});
