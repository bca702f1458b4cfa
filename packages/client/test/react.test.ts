import type { AccountInfo, AuthenticationResult } from "@azure/msal-browser";
import { createElement, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { TokenClient } from "../src/entra-tokens.ts";
import { type TeamsToken, useTeamsToken } from "../src/react.ts";
import { createTeamsTokenSource } from "../src/teams-token-source.ts";
import type { TeamsTokenSource } from "../src/teams-token-source-types.ts";
import { config } from "./support.ts";

const account = { homeAccountId: "ada.t" } as AccountInfo;

function createSource() {
  let exchanges = 0;
  const result = { accessToken: "entra", expiresOn: null, scopes: [] as string[] } as AuthenticationResult;
  const msal: TokenClient = {
    getActiveAccount: () => account,
    getAllAccounts: () => [account],
    acquireTokenSilent: async () => result,
    acquireTokenPopup: async () => result,
    acquireTokenRedirect: async () => {},
  };
  const respond: typeof fetch = async () => {
    exchanges += 1;
    return Response.json({ token: "acs", expiresOn: "2050-01-01T00:00:00.000Z" });
  };
  const source = createTeamsTokenSource({ msal, endpoint: "https://server.example", config, fetch: respond });
  return { source, exchanges: () => exchanges };
}

/** What a component gets from the hook when a server renders it. */
function renderOnServer(source: TeamsTokenSource | undefined): TeamsToken | undefined {
  let seen: TeamsToken | undefined;
  function Component() {
    seen = useTeamsToken(source);
    return null;
  }
  renderToString(createElement(StrictMode, null, createElement(Component)));
  return seen;
}

describe("useTeamsToken on a server", () => {
  it.each([
    ["a source", createSource().source],
    ["no source yet", undefined],
  ])("is signed out, with %s", (_, source) => {
    expect(renderOnServer(source)).toMatchObject({
      status: "signed-out",
      expiresOnTimestamp: undefined,
      trouble: undefined,
      isRetrying: false,
    });
  });
});
