import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import { type AccountInfo, type AuthenticationResult, InteractionRequiredAuthError } from "@azure/msal-browser";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TokenClient } from "../auth/acquire-token.ts";
import { config } from "../support-config.ts";
import { createTeamsTokenProvider, type TeamsTokenProviderOptions } from "./provider.ts";

const minute = 60_000;
const hour = 60 * minute;
const account = { homeAccountId: "u.t" } as AccountInfo;
const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

/** Entra ID behind an MSAL that caches and renews 15 minutes ahead, and a server that hands on the Teams token's expiry. */
function world(lifetimes: () => number = () => 75 * minute) {
  const cache = new Map<string, AuthenticationResult>();
  const asked = { silent: [] as unknown[], popup: [] as unknown[] };
  const exchanges: { at: number; expiresOn: number }[] = [];
  let answer: (() => Response | Promise<Response>) | undefined;
  let failSilently: Error | undefined;

  const msal: TokenClient = {
    getActiveAccount: () => account,
    getAllAccounts: () => [account],
    acquireTokenSilent: async (request) => {
      asked.silent.push(request);
      if (failSilently) throw failSilently;
      const key = request.scopes.join(" ");
      const cached = cache.get(key);
      const good = cached?.expiresOn && cached.expiresOn.getTime() - Date.now() > 15 * minute;
      if (good && !request.forceRefresh && !request.claims) return cached;
      const expiresOn = new Date(Date.now() + lifetimes());
      const fresh = { accessToken: String(expiresOn.getTime()), expiresOn, scopes: request.scopes };
      cache.set(key, fresh as AuthenticationResult);
      return fresh as AuthenticationResult;
    },
    acquireTokenPopup: async (request) => {
      asked.popup.push(request);
      failSilently = undefined;
      return await msal.acquireTokenSilent({ scopes: request.scopes });
    },
    acquireTokenRedirect: async () => {},
  };
  const fetchFn: typeof fetch = async (_, init) => {
    init?.signal?.throwIfAborted();
    if (answer) return await answer();
    const { teamsUserToken } = JSON.parse(String(init?.body)) as { teamsUserToken: string };
    const expiresOn = Number(teamsUserToken);
    exchanges.push({ at: Date.now(), expiresOn });
    return Response.json({ token: `acs-${expiresOn}`, expiresOn: new Date(expiresOn).toISOString() });
  };
  const provider = (more: Partial<TeamsTokenProviderOptions> = {}) =>
    createTeamsTokenProvider({ msal, endpoint: "https://server.example", config, fetch: fetchFn, ...more });
  return {
    provider,
    asked,
    exchanges,
    answerWith: (next: typeof answer) => {
      answer = next;
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
const noteRejection = (reason: unknown) => void rejections.push(reason);

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) });
  rejections.length = 0;
  process.on("unhandledRejection", noteRejection);
});

afterEach(async () => {
  vi.useRealTimers();
  // Node reports a rejection that nobody handled only when it comes back to its event loop.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", noteRejection);
  expect(rejections).toEqual([]);
});

describe("a day of call time", () => {
  it.each([
    ["all lifetimes as short as Entra ID gives them", () => 60 * minute],
    ["all as long", () => 90 * minute],
    ["each another", pseudoRandom(7, 60 * minute, 90 * minute)],
  ])("refreshes before the last 10 minutes and once a period, with %s", async (_, lifetimes) => {
    const { provider, exchanges } = world(lifetimes);
    const credential = new AzureCommunicationTokenCredential(
      await provider({ random: pseudoRandom(3, 0, 1) }).credentialOptions(),
    );
    const end = Date.now() + 24 * hour;
    while (Date.now() < end) {
      await vi.advanceTimersByTimeAsync(minute);
      // No gap: whoever asks at any moment gets a token that is good.
      expect((await credential.getToken()).expiresOnTimestamp).toBeGreaterThan(Date.now());
    }
    credential.dispose();
    for (const [index, { at }] of exchanges.entries()) {
      const previous = exchanges[index - 1];
      if (previous) expect(previous.expiresOn - at).toBeGreaterThan(10 * minute);
      // No loop: a period is at least the shortest lifetime less the 14 minutes that we are ahead.
      if (previous) expect(at - previous.at).toBeGreaterThanOrEqual(46 * minute);
    }
    expect(exchanges.length).toBeGreaterThan(24 / 1.5);
  });

  it("spreads the refreshes of many pages over minutes", async () => {
    const moments = new Set<number>();
    for (const random of [0, 0.25, 0.5, 0.75]) {
      const { provider, exchanges } = world();
      await provider({ random: () => random }).credentialOptions();
      await vi.advanceTimersByTimeAsync(65 * minute);
      moments.add((exchanges[1]?.at ?? 0) - (exchanges[0]?.at ?? 0));
    }
    expect(moments.size).toBe(4);
  });
});

describe("tokenRefresher", () => {
  it("hands the credential the server's expiry", async () => {
    const { provider, exchanges } = world();
    const token = await provider().tokenRefresher();
    expect(token.expiresOnTimestamp).toBe(exchanges[0]?.expiresOn);
  });

  it("reuses the token of an exchange that was just done", async () => {
    const { provider, exchanges } = world();
    const one = provider();
    await one.exchange();
    await one.credentialOptions();
    expect(exchanges).toHaveLength(1);
  });

  it("never hands back a token with less than 10 minutes left; it renews the Teams token instead", async () => {
    const lifetimes = [75, 9, 75].map((minutes) => minutes * minute);
    const { provider, exchanges } = world(() => lifetimes.shift() ?? 75 * minute);
    const token = await provider().tokenRefresher();
    expect(exchanges).toHaveLength(2);
    expect(token.expiresOnTimestamp - Date.now()).toBeGreaterThan(10 * minute);
  });

  it("retries while the server is down, tells about it, and goes on by itself", async () => {
    const w = world();
    const troubles: unknown[] = [];
    w.answerWith(() => Promise.reject(new TypeError("down")));
    const token = w.provider({ onRefreshTrouble: (error) => troubles.push(error) }).tokenRefresher();
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(troubles.length).toBeGreaterThan(3);
    w.answerWith(undefined);
    await vi.advanceTimersByTimeAsync(minute);
    expect((await token).token).toMatch(/^acs-/);
  });

  it("waits at least as long as the server asks for", async () => {
    const w = world();
    let tries = 0;
    w.answerWith(() => {
      tries += 1;
      return problem("upstream-busy", 503, { "retry-after": "30" });
    });
    void w.provider().tokenRefresher();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(tries).toBe(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(tries).toBe(2);
  });

  it("asks one exchange of the server, however many ask for a token", async () => {
    const { provider, exchanges } = world();
    const one = provider();
    await Promise.all([one.tokenRefresher(), one.tokenRefresher(), one.tokenRefresher()]);
    expect(exchanges).toHaveLength(1);
  });

  it("waits for the person where Entra ID wants them, and goes on at once when told", async () => {
    const w = world();
    const troubles: unknown[] = [];
    w.failSilentlyWith(new InteractionRequiredAuthError("interaction_required", "corr"));
    const one = w.provider({ onRefreshTrouble: (error) => troubles.push(error) });
    const token = one.tokenRefresher();
    await vi.advanceTimersByTimeAsync(0);
    expect(troubles).toHaveLength(1);
    await one.acquireEntraTokens({ interaction: "popup" });
    one.retryRefresh();
    expect((await token).token).toMatch(/^acs-/);
  });

  it("honours an abort signal, before and during the wait", async () => {
    const w = world();
    w.answerWith(() => Promise.reject(new TypeError("down")));
    const one = w.provider();
    await expect(one.tokenRefresher(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    const controller = new AbortController();
    const token = one.tokenRefresher(controller.signal);
    controller.abort();
    await expect(token).rejects.toMatchObject({ name: "AbortError" });
    one.dispose();
  });

  it("stops for good when disposed, without a rejection that nobody handles", async () => {
    const w = world();
    const one = w.provider();
    const credential = new AzureCommunicationTokenCredential(await one.credentialOptions());
    credential.dispose();
    one.dispose();
    await vi.advanceTimersByTimeAsync(5 * hour);
    expect(w.exchanges).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("being disposed in the middle of a refresh", () => {
  it.each([
    ["while it waits for the next try", () => Promise.reject(new TypeError("down"))],
    ["while the server works on it", () => new Promise<Response>(() => {})],
  ])("leaves no rejection that nobody handles, %s", async (_, answer) => {
    const w = world();
    const one = w.provider();
    const credential = new AzureCommunicationTokenCredential(await one.credentialOptions());
    w.answerWith(answer);
    await vi.advanceTimersByTimeAsync(70 * minute);
    credential.dispose();
    one.dispose();
    await vi.advanceTimersByTimeAsync(hour);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a Teams token that the server calls too old", () => {
  it.each(["teams-token-expired", "teams-token-expiring"])("is renewed once for %s", async (name) => {
    const w = world();
    w.answerWith(() => {
      w.answerWith(undefined);
      return problem(name, 400);
    });
    expect((await w.provider().exchange()).token).toMatch(/^acs-/);
    expect(w.asked.silent).toContainEqual(expect.objectContaining({ scopes: config.teamsScopes, forceRefresh: true }));
  });

  it("is renewed once, not for ever", async () => {
    const w = world();
    let tries = 0;
    w.answerWith(() => {
      tries += 1;
      return problem("teams-token-expiring", 400);
    });
    await expect(w.provider().exchange()).rejects.toMatchObject({ problem: "teams-token-expiring" });
    expect(tries).toBe(2);
  });
});

describe("a claims challenge of our API", () => {
  const challenge = () =>
    problem("insufficient-claims", 401, {
      "www-authenticate": `Bearer realm="", error="insufficient_claims", claims="${btoa(claims)}"`,
    });

  it("is answered silently where Entra ID agrees", async () => {
    const w = world();
    w.answerWith(() => {
      w.answerWith(undefined);
      return challenge();
    });
    expect((await w.provider().exchange()).token).toMatch(/^acs-/);
    expect(w.asked.silent).toContainEqual(expect.objectContaining({ scopes: config.apiScopes, claims }));
  });

  it("is answered with the person where Entra ID wants them", async () => {
    const w = world();
    w.answerWith(() => {
      w.answerWith(undefined);
      w.failSilentlyWith(new InteractionRequiredAuthError("interaction_required", "corr"));
      return challenge();
    });
    expect((await w.provider().exchange({ interaction: "popup" })).token).toMatch(/^acs-/);
    expect(w.asked.popup).toEqual([expect.objectContaining({ scopes: config.apiScopes, claims })]);
  });

  it("goes along with the error where nobody may be asked, so that the next sign-in can answer it", async () => {
    const w = world();
    w.answerWith(() => {
      w.failSilentlyWith(new InteractionRequiredAuthError("interaction_required", "corr"));
      return challenge();
    });
    await expect(w.provider().exchange()).rejects.toMatchObject({ errorCode: "interaction_required", claims });
  });

  it("is answered once, not for ever", async () => {
    const w = world();
    let tries = 0;
    w.answerWith(() => {
      tries += 1;
      return challenge();
    });
    await expect(w.provider().exchange()).rejects.toMatchObject({ problem: "insufficient-claims" });
    expect(tries).toBe(2);
  });
});

/** Numbers that are the same in every run. */
function pseudoRandom(seed: number, min: number, max: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return min + (state / 2_147_483_647) * (max - min);
  };
}
