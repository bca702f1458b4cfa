// For the tests of the Teams token source: MSAL and an exchange server, in a time that the test moves.
import type { AccountInfo, AuthenticationResult, EventMessage } from "@azure/msal-browser";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { TokenClient } from "../src/entra-tokens.ts";
import { createTeamsTokenSource } from "../src/teams-token-source.ts";
import type { TeamsTokenSourceOptions } from "../src/teams-token-source-types.ts";
import { config } from "./support.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const ada = { homeAccountId: "ada.t" } as AccountInfo;
export const bruno = { homeAccountId: "bruno.t" } as AccountInfo;
export const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

/**
 * An MSAL application that caches tokens and renews them 15 minutes before the expiry, and an exchange server whose ACS
 * tokens expire with the Teams token.
 */
export function setUp(lifetimes: () => number = () => 75 * minute) {
  const cache = new Map<string, AuthenticationResult>();
  const requests = { silent: [] as unknown[], popup: [] as unknown[] };
  const exchanges: { at: number; expiresOn: number }[] = [];
  let respond: (() => Response | Promise<Response>) | undefined;
  let failSilently: Error | undefined;
  let accounts = [ada];
  const callbacks = new Map<string, () => void>();

  const msal: TokenClient = {
    getActiveAccount: () => null,
    getAllAccounts: () => accounts,
    addEventCallback: (callback) => {
      const id = `callback-${callbacks.size}`;
      callbacks.set(id, () => callback({} as EventMessage));
      return id;
    },
    removeEventCallback: (id) => void callbacks.delete(id),
    acquireTokenSilent: async (request) => {
      requests.silent.push(request);
      if (failSilently) throw failSilently;
      const key = `${accounts[0]?.homeAccountId} ${request.scopes.join(" ")}`;
      const cached = cache.get(key);
      const good = cached?.expiresOn && cached.expiresOn.getTime() - Date.now() > 15 * minute;
      if (good && !request.forceRefresh && !request.claims) return cached;
      const expiresOn = new Date(Date.now() + lifetimes());
      const fresh = { accessToken: String(expiresOn.getTime()), expiresOn, scopes: request.scopes };
      cache.set(key, fresh as AuthenticationResult);
      return fresh as AuthenticationResult;
    },
    acquireTokenPopup: async (request) => {
      requests.popup.push(request);
      failSilently = undefined;
      return await msal.acquireTokenSilent({ scopes: request.scopes });
    },
    acquireTokenRedirect: async () => {},
  };
  const fetchFn: typeof fetch = async (_, init) => {
    init?.signal?.throwIfAborted();
    if (respond) return await respond();
    const { teamsUserToken } = JSON.parse(String(init?.body)) as { teamsUserToken: string };
    const expiresOn = Number(teamsUserToken);
    exchanges.push({ at: Date.now(), expiresOn });
    return Response.json({ token: `acs-${expiresOn}`, expiresOn: new Date(expiresOn).toISOString() });
  };
  const createSource = (more: Partial<TeamsTokenSourceOptions> = {}) =>
    createTeamsTokenSource({ msal, endpoint: "https://server.example", config, fetch: fetchFn, ...more });
  return {
    createSource,
    callbacks,
    /** Signs in with these accounts, and tells the listeners of MSAL. */
    signIn: (...next: AccountInfo[]) => {
      accounts = next;
      for (const callback of callbacks.values()) callback();
    },
    requests,
    exchanges,
    respondWith: (next: typeof respond) => {
      respond = next;
    },
    failSilentlyWith: (error: Error | undefined) => {
      failSilently = error;
    },
  };
}

export function problem(name: string, status: number, headers: Record<string, string> = {}): Response {
  const body = { type: `/problems#${name}`, title: "T", status, detail: "d", requestId: "r" };
  return new Response(JSON.stringify(body), { status, headers });
}

/** Freezes the time for each test of the file, and fails a test that leaves an unhandled rejection. */
export function freezeTimeAndCheckRejections(): void {
  const rejections: unknown[] = [];
  const recordRejection = (reason: unknown) => void rejections.push(reason);

  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) });
    rejections.length = 0;
    process.on("unhandledRejection", recordRejection);
  });

  afterEach(async () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    // Node reports an unhandled rejection only when it returns to its event loop.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", recordRejection);
    expect(rejections).toEqual([]);
  });
}
