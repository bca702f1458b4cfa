import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import {
  type AccountInfo,
  type AuthenticationResult,
  type EventMessage,
  InteractionRequiredAuthError,
} from "@azure/msal-browser";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TokenClient } from "../src/entra-tokens.ts";
import type { AcsToken } from "../src/server-api.ts";
import { NetworkError } from "../src/server-errors.ts";
import { createTeamsTokenSource } from "../src/teams-token-source.ts";
import type { TeamsTokenSource, TeamsTokenSourceOptions, TeamsTokenState } from "../src/teams-token-source-types.ts";
import { config } from "./support.ts";

const minute = 60_000;
const hour = 60 * minute;
const ada = { homeAccountId: "ada.t" } as AccountInfo;
const bruno = { homeAccountId: "bruno.t" } as AccountInfo;
const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

/**
 * An MSAL application that caches tokens and renews them 15 minutes before the expiry, and an exchange server whose ACS
 * tokens expire with the Teams token.
 */
function setUp(lifetimes: () => number = () => 75 * minute) {
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

function problem(name: string, status: number, headers: Record<string, string> = {}): Response {
  const body = { type: `/problems#${name}`, title: "T", status, detail: "d", requestId: "r" };
  return new Response(JSON.stringify(body), { status, headers });
}

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

describe("a call of a day", () => {
  it.each([
    ["the shortest lifetimes that Entra ID gives", () => 60 * minute],
    ["the longest lifetimes", () => 90 * minute],
    ["random lifetimes", pseudoRandom(7, 60 * minute, 90 * minute)],
  ])("refreshes once per token, before its last 10 minutes, with %s", async (_, lifetimes) => {
    vi.spyOn(Math, "random").mockImplementation(pseudoRandom(3, 0, 1));
    const { createSource, exchanges } = setUp(lifetimes);
    const source = createSource();
    const credential = await source.credential();
    const end = Date.now() + 24 * hour;
    while (Date.now() < end) {
      await vi.advanceTimersByTimeAsync(minute);
      // No gap: at any moment there is a valid token.
      expect((await credential.getToken()).expiresOnTimestamp).toBeGreaterThan(Date.now());
    }
    credential.dispose();
    source.dispose();
    for (const [index, { at }] of exchanges.entries()) {
      const previous = exchanges[index - 1];
      if (previous) expect(previous.expiresOn - at).toBeGreaterThan(10 * minute);
      // No loop: the shortest lifetime minus the 14 minutes before the expiry at which the source refreshes.
      if (previous) expect(at - previous.at).toBeGreaterThanOrEqual(46 * minute);
    }
    expect(exchanges.length).toBeGreaterThan(24 / 1.5);
  });

  it("spreads the refreshes of many pages over minutes", async () => {
    const moments = new Set<number>();
    for (const random of [0, 0.25, 0.5, 0.75]) {
      vi.spyOn(Math, "random").mockReturnValue(random);
      const { createSource, exchanges } = setUp();
      await createSource().credential();
      await vi.advanceTimersByTimeAsync(65 * minute);
      moments.add((exchanges[1]?.at ?? 0) - (exchanges[0]?.at ?? 0));
    }
    expect(moments.size).toBe(4);
  });
});

describe("refresher", () => {
  it("returns the expiry that the server sent", async () => {
    const { createSource, exchanges } = setUp();
    const token = await createSource().refresher();
    expect(token.expiresOnTimestamp).toBe(exchanges[0]?.expiresOn);
  });

  it("reuses the token of an exchange that has just succeeded", async () => {
    const { createSource, exchanges } = setUp();
    const source = createSource();
    await source.exchange();
    await source.credential();
    expect(exchanges).toHaveLength(1);
  });

  it("renews the Teams token instead of returning a token with less than 10 minutes left", async () => {
    const lifetimes = [75, 9, 75].map((minutes) => minutes * minute);
    const { createSource, exchanges } = setUp(() => lifetimes.shift() ?? 75 * minute);
    const token = await createSource().refresher();
    expect(exchanges).toHaveLength(2);
    expect(token.expiresOnTimestamp - Date.now()).toBeGreaterThan(10 * minute);
  });

  it("retries while the server is down, reports each failure, and continues when the server is back", async () => {
    const world = setUp();
    const troubles: unknown[] = [];
    world.respondWith(() => Promise.reject(new TypeError("down")));
    const token = world.createSource({ onTrouble: (error) => troubles.push(error) }).refresher();
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(troubles.length).toBeGreaterThan(3);
    world.respondWith(undefined);
    await vi.advanceTimersByTimeAsync(minute);
    expect((await token).token).toMatch(/^acs-/);
  });

  it("waits at least as long as Retry-After says", async () => {
    const world = setUp();
    let tries = 0;
    world.respondWith(() => {
      tries += 1;
      return problem("upstream-busy", 503, { "retry-after": "30" });
    });
    void world.createSource().refresher();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(tries).toBe(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(tries).toBe(2);
  });

  it("makes one exchange for any number of callers", async () => {
    const { createSource, exchanges } = setUp();
    const source = createSource();
    await Promise.all([source.refresher(), source.refresher(), source.refresher()]);
    expect(exchanges).toHaveLength(1);
  });

  it("waits for the user if Entra ID needs them, and continues immediately after retry()", async () => {
    const world = setUp();
    const troubles: unknown[] = [];
    world.failSilentlyWith(new InteractionRequiredAuthError("interaction_required", "corr"));
    const source = world.createSource({ onTrouble: (error) => troubles.push(error) });
    const token = source.refresher();
    await vi.advanceTimersByTimeAsync(0);
    expect(troubles).toHaveLength(1);
    await source.entraTokens({ interaction: "popup" });
    await source.retry();
    expect((await token).token).toMatch(/^acs-/);
  });

  it("rejects if its signal is aborted, before or during the wait", async () => {
    const world = setUp();
    world.respondWith(() => Promise.reject(new TypeError("down")));
    const source = world.createSource();
    await expect(source.refresher(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    const controller = new AbortController();
    const token = source.refresher(controller.signal);
    controller.abort();
    await expect(token).rejects.toMatchObject({ name: "AbortError" });
    source.dispose();
  });

  it("stops when disposed, without an unhandled rejection", async () => {
    const world = setUp();
    const source = world.createSource();
    const credential = await source.credential();
    credential.dispose();
    source.dispose();
    await vi.advanceTimersByTimeAsync(5 * hour);
    expect(world.exchanges).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("dispose() during a refresh", () => {
  it.each([
    ["while the source waits for the next try", () => Promise.reject(new TypeError("down"))],
    ["while the request is under way", () => new Promise<Response>(() => {})],
  ])("leaves no unhandled rejection, %s", async (_, answer) => {
    const world = setUp();
    const source = world.createSource();
    const credential = await source.credential();
    world.respondWith(answer);
    await vi.advanceTimersByTimeAsync(70 * minute);
    credential.dispose();
    source.dispose();
    await vi.advanceTimersByTimeAsync(hour);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a Teams token that the server calls too old", () => {
  it.each(["teams-token-expired", "teams-token-expiring"])("is renewed once for %s", async (name) => {
    const world = setUp();
    world.respondWith(() => {
      world.respondWith(undefined);
      return problem(name, 400);
    });
    expect((await world.createSource().exchange()).token).toMatch(/^acs-/);
    expect(world.requests.silent).toContainEqual(
      expect.objectContaining({ scopes: config.teamsScopes, forceRefresh: true }),
    );
  });

  it("is renewed only once", async () => {
    const world = setUp();
    let tries = 0;
    world.respondWith(() => {
      tries += 1;
      return problem("teams-token-expiring", 400);
    });
    await expect(world.createSource().exchange()).rejects.toMatchObject({ problem: "teams-token-expiring" });
    expect(tries).toBe(2);
  });
});

describe("a claims challenge of the API", () => {
  const challenge = () =>
    problem("insufficient-claims", 401, {
      "www-authenticate": `Bearer realm="", error="insufficient_claims", claims="${btoa(claims)}"`,
    });

  it("is answered without the user if Entra ID allows it", async () => {
    const world = setUp();
    world.respondWith(() => {
      world.respondWith(undefined);
      return challenge();
    });
    expect((await world.createSource().exchange()).token).toMatch(/^acs-/);
    expect(world.requests.silent).toContainEqual(expect.objectContaining({ scopes: config.apiScopes, claims }));
  });

  it("is answered with the user if Entra ID needs them", async () => {
    const world = setUp();
    world.respondWith(() => {
      world.respondWith(undefined);
      world.failSilentlyWith(new InteractionRequiredAuthError("interaction_required", "corr"));
      return challenge();
    });
    expect((await world.createSource().exchange({ interaction: "popup" })).token).toMatch(/^acs-/);
    expect(world.requests.popup).toEqual([expect.objectContaining({ scopes: config.apiScopes, claims })]);
  });

  it("is part of the error if no interaction is allowed, so that the next sign-in can answer it", async () => {
    const world = setUp();
    world.respondWith(() => {
      world.failSilentlyWith(new InteractionRequiredAuthError("interaction_required", "corr"));
      return challenge();
    });
    await expect(world.createSource().exchange()).rejects.toMatchObject({ errorCode: "interaction_required", claims });
  });

  it("is answered only once", async () => {
    const world = setUp();
    let tries = 0;
    world.respondWith(() => {
      tries += 1;
      return challenge();
    });
    await expect(world.createSource().exchange()).rejects.toMatchObject({ problem: "insufficient-claims" });
    expect(tries).toBe(2);
  });
});

describe("credential", () => {
  it("returns a credential of the ACS SDK that has the token", async () => {
    const { createSource, exchanges } = setUp();
    const source = createSource();
    const credential = await source.credential();
    expect(credential).toBeInstanceOf(AzureCommunicationTokenCredential);
    expect(await credential.getToken()).toMatchObject({ expiresOnTimestamp: exchanges[0]?.expiresOn });
    credential.dispose();
    source.dispose();
  });

  it("rejects if the source is disposed meanwhile, and starts no timer", async () => {
    const source = setUp().createSource();
    const credential = source.credential();
    source.dispose();
    await expect(credential).rejects.toMatchObject({ name: "AbortError" });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("token", () => {
  it("returns the current token until less than 10 minutes are left", async () => {
    const { createSource, exchanges } = setUp();
    const source = createSource();
    const first = await source.token();
    await vi.advanceTimersByTimeAsync(64 * minute);
    expect(await source.token()).toBe(first);
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(await source.token()).not.toBe(first);
    expect(exchanges).toHaveLength(2);
  });

  it("makes one exchange for several callers at the same time", async () => {
    const { createSource, exchanges } = setUp();
    const source = createSource();
    await Promise.all([source.token(), source.token(), source.credential()]);
    expect(exchanges).toHaveLength(1);
    source.dispose();
  });

  it.each([
    ["the claims of a challenge", { claims }],
    ["a new Teams token", { renewTeamsToken: true }],
  ])("exchanges again if the caller asks for %s", async (_, options) => {
    const { createSource, exchanges } = setUp();
    const source = createSource();
    await source.token();
    await source.token(options);
    expect(exchanges).toHaveLength(2);
  });

  it("drops a token that arrives after dispose()", async () => {
    const { createSource, exchanges } = setUp();
    const source = createSource();
    const late = source.token();
    source.dispose();
    await late;
    expect(source.state()).toEqual({ status: "idle" });
    await source.token();
    expect(exchanges).toHaveLength(2);
  });

  it("gets the configuration from the server once, if the app did not pass it", async () => {
    const paths: string[] = [];
    const expiresOn = new Date(Date.now() + 75 * minute).toISOString();
    const fetchFn: typeof fetch = async (url) => {
      const { pathname } = new URL(String(url));
      paths.push(pathname);
      return Response.json(pathname === "/api/config" ? config : { token: "acs", expiresOn });
    };
    const source = setUp().createSource({ config: undefined, fetch: fetchFn });
    await source.token();
    await source.exchange();
    expect(paths).toEqual(["/api/config", "/api/token/teams", "/api/token/teams"]);
  });
});

describe("another user", () => {
  it("never gets the token of the user before", async () => {
    const world = setUp();
    const source = world.createSource();
    await source.token();
    world.signIn(bruno);
    await vi.advanceTimersByTimeAsync(minute);
    await source.token();
    expect(world.exchanges).toHaveLength(2);
    world.signIn(ada);
    await source.refresher();
    expect(world.exchanges).toHaveLength(3);
    source.dispose();
  });

  it("never gets the token of an exchange that was in progress for the user before", async () => {
    const world = setUp();
    let respond = (_: Response) => {};
    const slow = new Promise<Response>((resolve) => {
      respond = resolve;
    });
    world.respondWith(() => slow);
    const source = world.createSource();
    const first = source.token();
    await vi.advanceTimersByTimeAsync(0);
    world.signIn(bruno);
    world.respondWith(undefined);
    const second = source.token();
    const expiresOn = new Date(Date.now() + 75 * minute).toISOString();
    respond(Response.json({ token: "acs-of-ada", expiresOn }));
    expect((await first).token).toBe("acs-of-ada");
    expect((await second).token).not.toBe("acs-of-ada");
    expect((await source.token()).token).toBe((await second).token);
  });

  it("is not served through the credential of the user before", async () => {
    const world = setUp();
    const source = world.createSource();
    const credential = await source.credential();
    const { expiresOnTimestamp } = await credential.getToken();
    world.signIn(bruno);
    await source.token();
    await vi.advanceTimersByTimeAsync(5 * hour);
    expect(world.exchanges).toHaveLength(2);
    let isSettled = false;
    void credential.getToken().finally(() => {
      isSettled = true;
    });
    await vi.advanceTimersByTimeAsync(hour);
    expect(isSettled).toBe(false);
    expect(expiresOnTimestamp).toBeLessThan(Date.now());
    credential.dispose();
    source.dispose();
  });

  it("ends a refresh that was waiting for the next try", async () => {
    const world = setUp();
    const source = world.createSource();
    await source.credential();
    world.respondWith(() => Promise.reject(new TypeError("down")));
    await vi.advanceTimersByTimeAsync(70 * minute);
    world.signIn(bruno);
    world.respondWith(undefined);
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(world.exchanges).toHaveLength(1);
    expect(source.state()).toEqual({ status: "idle" });
    source.dispose();
  });
});

describe("state", () => {
  /** Records the state after each change. */
  function record(source: TeamsTokenSource): TeamsTokenState["status"][] {
    const seen = [source.state().status];
    source.subscribe(() => void seen.push(source.state().status));
    return seen;
  }

  it("goes from signed-out to ready, and back when the user signs out", async () => {
    const world = setUp();
    world.signIn();
    const source = world.createSource();
    const seen = record(source);
    world.signIn(ada);
    const token = await source.token();
    expect(source.state()).toEqual({ status: "ready", expiresOnTimestamp: token.expiresOnTimestamp });
    world.signIn();
    expect(new Set(seen)).toEqual(new Set(["signed-out", "idle", "exchanging", "ready"]));
    expect(seen.at(-1)).toBe("signed-out");
  });

  it("is the same object until something changes, as useSyncExternalStore needs it", async () => {
    const world = setUp();
    const source = world.createSource();
    expect(source.state()).toBe(source.state());
    world.signIn();
    expect(source.state()).toBe(source.state());
    world.signIn(ada);
    await source.token();
    expect(source.state()).toBe(source.state());
  });

  it("contains no token", async () => {
    const source = setUp().createSource();
    const { token } = await source.token();
    expect(JSON.stringify(source.state())).not.toContain(token);
  });

  it("shows the error of an exchange that failed, and retry() exchanges again", async () => {
    const world = setUp();
    world.respondWith(() => Promise.reject(new TypeError("down")));
    const source = world.createSource();
    await expect(source.token()).rejects.toBeInstanceOf(NetworkError);
    expect(source.state()).toMatchObject({ status: "trouble", error: expect.any(NetworkError), isRetrying: false });
    await source.retry();
    expect(source.state()).toMatchObject({ status: "trouble" });
    world.respondWith(undefined);
    await source.retry();
    expect(source.state()).toMatchObject({ status: "ready" });
  });

  it("shows a failed refresh beside the expiry of the token that is still valid, until the refresh succeeds", async () => {
    const world = setUp();
    const refreshed: AcsToken[] = [];
    const source = world.createSource({ onRefreshed: (token) => refreshed.push(token) });
    const credential = await source.credential();
    const expiresOnTimestamp = world.exchanges[0]?.expiresOn;
    world.respondWith(() => Promise.reject(new TypeError("down")));
    await vi.advanceTimersByTimeAsync(65 * minute);
    expect(source.state()).toMatchObject({ status: "trouble", isRetrying: true, expiresOnTimestamp });
    expect(refreshed).toEqual([]);
    world.respondWith(undefined);
    await source.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(source.state()).toEqual({ status: "ready", expiresOnTimestamp: refreshed[0]?.expiresOnTimestamp });
    credential.dispose();
    source.dispose();
    expect(source.state()).toEqual({ status: "idle" });
  });

  it("is exchanging while a refresher that the app passed to its own credential gets the first token", async () => {
    const source = setUp().createSource();
    const token = source.refresher();
    expect(source.state()).toEqual({ status: "exchanging" });
    await token;
    expect(source.state()).toMatchObject({ status: "ready" });
    source.dispose();
  });

  it("calls no listener after it unsubscribed, and stops listening to MSAL with the last one", async () => {
    const world = setUp();
    const source = world.createSource();
    const listener = vi.fn();
    const unsubscribe = [source.subscribe(listener), source.subscribe(listener)];
    expect(world.callbacks.size).toBe(1);
    unsubscribe[0]?.();
    unsubscribe[0]?.();
    expect(world.callbacks.size).toBe(1);
    unsubscribe[1]?.();
    expect(world.callbacks.size).toBe(0);
    await source.token();
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("retry", () => {
  it("asks the user first, if the app allows it, and then continues the refresh", async () => {
    const world = setUp();
    world.failSilentlyWith(new InteractionRequiredAuthError("interaction_required", "corr"));
    const source = world.createSource();
    const token = source.refresher();
    await vi.advanceTimersByTimeAsync(0);
    expect(source.state()).toMatchObject({ status: "trouble", isRetrying: true });
    await source.retry({ interaction: "popup" });
    expect(world.requests.popup).toHaveLength(1);
    expect((await token).token).toMatch(/^acs-/);
    source.dispose();
  });

  it("does nothing if there is no trouble", async () => {
    const { createSource, exchanges } = setUp();
    await createSource().retry();
    expect(exchanges).toEqual([]);
  });
});

/** The same numbers in each run. */
function pseudoRandom(seed: number, min: number, max: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return min + (state / 2_147_483_647) * (max - min);
  };
}
