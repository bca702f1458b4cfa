import { generateKeyPairSync } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../problems/problem.ts";
import { createSigningKeys } from "./signing-keys.ts";

const authority = "https://login.example";
const tenantId = "11111111-1111-4111-8111-111111111111";
const issuer = `${authority}/${tenantId}/v2.0`;
const discovery = { issuer, jwks_uri: `${authority}/${tenantId}/discovery/v2.0/keys` };

const jwk = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync("rsa", { modulusLength, publicExponent }).publicKey.export({ format: "jwk" });
const good = jwk(2048);
const key = (kid: string, changes: object = {}) => ({ ...good, kid, use: "sig", issuer, ...changes });

const silent = { error: () => {} } as unknown as FastifyBaseLogger;
const json = (body: unknown) => () => new Response(JSON.stringify(body));

/** A key set whose two documents, clock and count of fetches the test holds in its hand. */
function setUp(keySet: () => Response | Promise<Response>, document: () => Response = json(discovery)) {
  const held = { keySet, document, nowMs: 0, keyFetches: 0, options: [] as (RequestInit | undefined)[] };
  const fetch = (async (url: string, options?: RequestInit) => {
    held.options.push(options);
    // Whatever else is asked for has the keys: only the rules decide which address may be asked.
    if (url === `${authority}/${tenantId}/v2.0/.well-known/openid-configuration`) return held.document();
    held.keyFetches += 1;
    return held.keySet();
  }) as typeof globalThis.fetch;
  const keys = createSigningKeys({ authority, tenantId, fetch, monotonicNow: () => held.nowMs, log: silent });
  return { held, keys };
}

const seconds = (count: number) => count * 1000;
const hours = (count: number) => count * 3_600_000;
const down = () => Promise.reject(new TypeError("fetch failed"));
const unavailable = expect.objectContaining({ problem: "signing-keys-unavailable" });

describe("the key set", () => {
  it("is ready with its keys after the first fetch", async () => {
    const { keys } = setUp(json({ keys: [key("a")] }));
    expect(keys.ready).toBe(false);
    await keys.start();
    expect(keys.ready).toBe(true);
    expect((await keys.find("a"))?.issuer).toBe(issuer);
  });

  it("refuses to follow redirects and gives up after a time", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    expect(held.options).toHaveLength(2);
    for (const options of held.options) {
      expect(options).toMatchObject({ redirect: "error", signal: expect.any(AbortSignal) });
    }
  });

  it("accepts a rotated key with one fetch for a thousand requests at once", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.keySet = json({ keys: [key("b")] });
    const found = await Promise.all(Array.from({ length: 1000 }, () => keys.find("b")));
    expect(found.every((one) => one !== undefined)).toBe(true);
    expect(held.keyFetches).toBe(2);
    expect(await keys.find("a")).toBeUndefined();
  });

  it("fetches at most once per 30 s however many unknown ids come", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    for (let i = 0; i < 10_000; i += 1) {
      held.nowMs += 2.999;
      expect(await keys.find(`unknown-${i}`)).toBeUndefined();
    }
    expect(await keys.find("a")).toBeDefined();
    expect(held.keyFetches).toBe(2);
    held.nowMs += seconds(1);
    await keys.find("unknown");
    expect(held.keyFetches).toBe(3);
  });

  it.each([
    ["the fetch fails", down],
    ["the set is empty", json({ keys: [] })],
  ])("holds the cool-down also where %s, and goes on with the last good keys", async (_name, answer) => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.keySet = answer;
    for (let i = 0; i < 100; i += 1) await expect(keys.find(`unknown-${i}`)).rejects.toEqual(unavailable);
    expect(held.keyFetches).toBe(2);
    expect(await keys.find("a")).toBeDefined();
  });

  it("is fetched again after an hour, without a request that waits", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.nowMs = hours(1) + 1;
    held.keySet = () => new Promise(() => {});
    expect(await keys.find("a")).toBeDefined();
    await expect.poll(() => held.keyFetches).toBe(2);
  });

  it("forgets a withdrawn key with that fetch", async () => {
    const { held, keys } = setUp(json({ keys: [key("a"), key("b")] }));
    await keys.start();
    held.nowMs = hours(1) + 1;
    held.keySet = json({ keys: [key("b")] });
    await keys.find("b");
    await expect.poll(() => keys.find("a")).toBeUndefined();
  });

  it("forgets a withdrawn key at once when it is told to, whatever the cool-down", async () => {
    const { held, keys } = setUp(json({ keys: [key("a"), key("b")] }));
    await keys.start();
    await keys.find("unknown");
    held.keySet = json({ keys: [key("b")] });
    await keys.reload();
    expect(await keys.find("a")).toBeUndefined();
    expect(await keys.find("b")).toBeDefined();
  });

  it("asks whether its version has changed, and takes 304 for an answer", async () => {
    const tagged = () => new Response(JSON.stringify({ keys: [key("a")] }), { headers: { etag: '"1"' } });
    const { held, keys } = setUp(tagged);
    await keys.start();
    held.keySet = () => new Response(null, { status: 304 });
    held.nowMs = hours(23);
    await keys.find("a");
    await expect.poll(() => held.options.at(-1)?.headers).toMatchObject({ "if-none-match": '"1"' });
    await expect.poll(() => keys.ageSeconds).toBe(0);
    // 24 hours after the 304, not after the first fetch, the keys are too old.
    held.keySet = down;
    held.nowMs = hours(46);
    expect(await keys.find("a")).toBeDefined();
  });

  it("does not take 304 for an answer that it did not ask for", async () => {
    const { keys } = setUp(() => new Response(null, { status: 304 }));
    await expect(keys.find("a")).rejects.toEqual(unavailable);
  });

  it("serves its last good keys for 24 hours of an outage, then says 503", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.keySet = down;
    held.nowMs = hours(24);
    expect(await keys.find("a")).toBeDefined();
    expect(keys.ready).toBe(true);
    held.nowMs = hours(24) + seconds(31);
    await expect(keys.find("a")).rejects.toEqual(unavailable);
    expect(keys.ready).toBe(false);
    held.keySet = json({ keys: [key("a")] });
    held.nowMs += seconds(31);
    expect(await keys.find("a")).toBeDefined();
  });

  it("answers 503 where it never had keys", async () => {
    const { keys } = setUp(down);
    await expect(keys.find("a")).rejects.toBeInstanceOf(Problem);
  });
});

describe("a key is left out, and the good one kept, where it", () => {
  it.each([
    ["has no id", { kid: undefined }],
    ["is for encryption", { use: "enc" }],
    ["is for another algorithm", { alg: "RS512" }],
    ["is a shared secret", { kty: "oct", k: "c2VjcmV0" }],
    ["is an elliptic curve", { kty: "EC" }],
    ["has 1024 bits", jwk(1024)],
    ["has the exponent 3", jwk(2048, 3)],
    ["has no modulus", { n: undefined }],
    ["has a modulus of nonsense", { n: "" }],
  ])("%s", async (_name, changes) => {
    const { keys } = setUp(json({ keys: [key("bad", changes), key("good")] }));
    await keys.start();
    expect(await keys.find("bad")).toBeUndefined();
    expect(await keys.find("good")).toBeDefined();
  });
});

describe("a fetch counts as failed, and the last good keys stay, where", () => {
  const fresh = { keys: [key("b")] };
  const ofSize = (bytes: number) => {
    const text = JSON.stringify(fresh);
    return () => new Response(text + " ".repeat(bytes - text.length));
  };
  const cases: [string, () => Response, (() => Response)?][] = [
    ["the keys are not JSON", () => new Response("<html>")],
    ["the keys are too large", ofSize(512 * 1024 + 1)],
    ["there are too many keys", json({ keys: Array.from({ length: 101 }, (_, i) => key(i === 0 ? "b" : `k${i}`)) })],
    ["the status is 500", () => new Response(JSON.stringify(fresh), { status: 500 })],
    [
      "discovery is another issuer's",
      json({ keys: [key("b")] }),
      json({ ...discovery, issuer: `${authority}/common/v2.0` }),
    ],
    [
      "the keys are on another host",
      json({ keys: [key("b")] }),
      json({ ...discovery, jwks_uri: "https://evil.example/keys" }),
    ],
    [
      "the keys are on http",
      json({ keys: [key("b")] }),
      json({ ...discovery, jwks_uri: discovery.jwks_uri.replace("https", "http") }),
    ],
  ];
  it.each(cases)("%s", async (_name, keySet, document) => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.keySet = keySet;
    held.document = document ?? held.document;
    await expect(keys.find("b")).rejects.toEqual(unavailable);
    expect(await keys.find("a")).toBeDefined();
  });

  it.each([
    ["a document of exactly 512 KB", ofSize(512 * 1024)],
    ["a set of exactly 100 keys", json({ keys: Array.from({ length: 100 }, (_, i) => key(i === 0 ? "b" : `k${i}`)) })],
    ["a key that names its algorithm", json({ keys: [key("b", { alg: "RS256" })] })],
    ["a key without a use", json({ keys: [key("b", { use: undefined })] })],
  ])("but not with %s", async (_name, keySet) => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.keySet = keySet;
    expect(await keys.find("b")).toBeDefined();
  });
});

describe("at start, while the authority is away,", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("it asks again after 1, 2, 4 … seconds, at most 30, until it has keys", async () => {
    const { held, keys } = setUp(down);
    await keys.start();
    for (const [delay, fetches] of [
      [999, 1],
      [1, 2],
      [1999, 2],
      [1, 3],
      [4000, 4],
      [8000, 5],
      [16_000, 6],
      [29_999, 6],
      [1, 7],
      [30_000, 8],
    ] as const) {
      await vi.advanceTimersByTimeAsync(delay);
      expect(held.keyFetches).toBe(fetches);
    }
    expect(keys.ready).toBe(false);
    held.keySet = json({ keys: [key("a")] });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(keys.ready).toBe(true);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(held.keyFetches).toBe(9);
  });

  it("it asks no more once the server has stopped, between attempts or during one", async () => {
    const { held, keys } = setUp(down);
    await keys.start();
    keys.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(held.keyFetches).toBe(1);
    const second = setUp(down);
    const starting = second.keys.start();
    second.keys.stop();
    await starting;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(second.held.keyFetches).toBe(1);
  });
});

describe("its age", () => {
  it("is unknown before the first fetch, and counts from the last good one", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    expect(keys.ageSeconds).toBeUndefined();
    await keys.start();
    held.nowMs = seconds(90);
    expect(keys.ageSeconds).toBe(90);
  });

  it("of exactly an hour, or of exactly a day, is not too old", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.nowMs = hours(1);
    await keys.find("a");
    expect(held.keyFetches).toBe(1);
    held.keySet = down;
    held.nowMs = hours(24);
    expect(keys.ready).toBe(true);
  });

  it("beyond an hour starts one fetch in the background, not one a request", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.nowMs = hours(1) + 1;
    held.keySet = down;
    await Promise.all(Array.from({ length: 10 }, () => keys.find("a")));
    await expect.poll(() => held.keyFetches).toBe(2);
    held.nowMs += seconds(29);
    await keys.find("a");
    expect(held.keyFetches).toBe(2);
  });
});
