// Which token a caller gets, and that it is the token of the user who is signed in.
import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import { describe, expect, it, vi } from "vitest";
import { config } from "./support.ts";
import { ada, bruno, claims, freezeTimeAndCheckRejections, hour, minute, setUp } from "./teams-token-source-setup.ts";

freezeTimeAndCheckRejections();

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
