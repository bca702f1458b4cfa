// What the state shows, and what retry() does.
import { InteractionRequiredAuthError } from "@azure/msal-browser";
import { describe, expect, it, vi } from "vitest";
import type { AcsToken } from "../src/server-api.ts";
import { NetworkError } from "../src/server-errors.ts";
import type { TeamsTokenSource, TeamsTokenState } from "../src/teams-token-source-types.ts";
import { ada, freezeTimeAndCheckRejections, minute, setUp } from "./teams-token-source-setup.ts";

freezeTimeAndCheckRejections();

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
