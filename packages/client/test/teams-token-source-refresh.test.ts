// How a token is kept fresh.
import { InteractionRequiredAuthError } from "@azure/msal-browser";
import { describe, expect, it, vi } from "vitest";
import { freezeTimeAndCheckRejections, hour, minute, problem, setUp } from "./teams-token-source-setup.ts";

freezeTimeAndCheckRejections();

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

/** The same numbers in each run. */
function pseudoRandom(seed: number, min: number, max: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return min + (state / 2_147_483_647) * (max - min);
  };
}
