import {
  type AccountInfo,
  type AuthenticationResult,
  InteractionRequiredAuthError,
  ServerError,
} from "@azure/msal-browser";
import { describe, expect, it } from "vitest";
import { acquireToken, NoAccountError, type TokenClient } from "./acquire-token.ts";

const account = { homeAccountId: "u.t" } as AccountInfo;
const result = { accessToken: "token" } as AuthenticationResult;
const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

function interactionRequired(challenge = "") {
  return new InteractionRequiredAuthError("interaction_required", "corr", "AADSTS50076", "", "", "", challenge);
}

/** An MSAL whose silent requests end in `silent`; it notes what it was asked. */
function msal(
  silent: Error | AuthenticationResult,
  accounts: AccountInfo[] = [account],
  active: AccountInfo | null = account,
) {
  const asked: { how: string; request: unknown }[] = [];
  const note = (how: string, request: unknown) => {
    asked.push({ how, request });
  };
  const client: TokenClient = {
    getActiveAccount: () => active,
    getAllAccounts: () => accounts,
    acquireTokenSilent: async (request) => {
      note("silent", request);
      if (silent instanceof Error) throw silent;
      return silent;
    },
    acquireTokenPopup: async (request) => {
      note("popup", request);
      return result;
    },
    acquireTokenRedirect: async (request) => note("redirect", request),
  };
  return { client, asked };
}

describe("acquireToken", () => {
  it("asks nobody where the silent request succeeds", async () => {
    const { client, asked } = msal(result);
    await expect(acquireToken(client, { scopes: ["s"], interaction: "popup" })).resolves.toBe(result);
    expect(asked).toEqual([{ how: "silent", request: { scopes: ["s"], account } }]);
  });

  it("fails instead of asking where no interaction is allowed", async () => {
    const { client, asked } = msal(interactionRequired());
    await expect(acquireToken(client, { scopes: ["s"] })).rejects.toBeInstanceOf(InteractionRequiredAuthError);
    expect(asked.map(({ how }) => how)).toEqual(["silent"]);
  });

  it("asks with the claims that Entra ID wants", async () => {
    const { client, asked } = msal(interactionRequired(claims));
    await acquireToken(client, { scopes: ["s"], interaction: "popup" });
    expect(asked[1]).toEqual({
      how: "popup",
      request: { scopes: ["s"], account, claims, overrideInteractionInProgress: true },
    });
  });

  it("passes the claims of our API's challenge to the silent and to the interactive request", async () => {
    const { client, asked } = msal(interactionRequired());
    await acquireToken(client, { scopes: ["s"], claims, interaction: "popup" });
    expect(asked[0]?.request).toEqual({ scopes: ["s"], account, claims });
    expect(asked[1]?.request).toMatchObject({ claims });
  });

  it("asks for no claims where nobody wants any", async () => {
    const { client, asked } = msal(interactionRequired(""));
    await acquireToken(client, { scopes: ["s"], interaction: "popup" });
    expect(asked[1]?.request).not.toHaveProperty("claims");
  });

  it("does not ask the person about a failure that they cannot resolve", async () => {
    const { client, asked } = msal(new ServerError("invalid_client", "corr", "AADSTS700016"));
    await expect(acquireToken(client, { scopes: ["s"], interaction: "popup" })).rejects.toThrow("AADSTS700016");
    expect(asked).toHaveLength(1);
  });

  it("neither resolves nor rejects once the page is being left", async () => {
    const { client, asked } = msal(interactionRequired());
    const outcome = acquireToken(client, { scopes: ["s"], interaction: "redirect" }).then(
      () => "settled",
      () => "settled",
    );
    const undisturbed = new Promise((resolve) => setImmediate(resolve, "pending"));
    expect(await Promise.race([outcome, undisturbed])).toBe("pending");
    expect(asked[1]?.how).toBe("redirect");
  });

  it("takes the only account where none was made active", async () => {
    const { client, asked } = msal(result, [account], null);
    await acquireToken(client, { scopes: ["s"] });
    expect(asked[0]?.request).toMatchObject({ account });
  });

  it.each([[[]], [[account, account]]])("does not guess an account among %j", async (accounts) => {
    await expect(acquireToken(msal(result, accounts, null).client, { scopes: ["s"] })).rejects.toBeInstanceOf(
      NoAccountError,
    );
  });
});
