// The key set against the emulator: what an authority answers oddly is one of its faults. The clock is the test's.
import { generateKeyPairSync } from "node:crypto";
import { type Fault, startEmulator } from "@teams-token-exchange/emulator";
import type { FastifyBaseLogger } from "fastify";
import { Agent, fetch as fetchOver } from "undici";
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { holdTimeLimits, rememberingFetch } from "../../test/support-authority.ts";
import { Problem } from "../problems/problem.ts";
import { createSigningKeys } from "./signing-keys.ts";

const emulator = await startEmulator({ tlsPort: 0 });
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

const authority = emulator.origin;
const tenantId = emulator.tenant("northwharf").id;
const issuer = `${authority}/${tenantId}/v2.0`;
const discovery = { issuer, jwks_uri: `${authority}/${tenantId}/discovery/v2.0/keys` };

const jwk = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync("rsa", { modulusLength, publicExponent }).publicKey.export({ format: "jwk" });
const good = jwk(2048);
const key = (kid: string, changes: object = {}) => ({ ...good, kid, use: "sig", issuer, ...changes });

const json = (document: unknown): Fault => ({ kind: "status", status: 200, body: { json: document } });

/** From now on all requests of one operation meet this, and nothing else. */
function play(operation: "discovery" | "keys", fault: Fault): void {
  emulator.clearFaults(operation);
  emulator.addFault({ operation, fault });
}

interface Place {
  at?: string;
  fetch?: typeof fetch;
}

/** A key set whose clock and authority the test holds in its hand: its keys, and its discovery document if it is odd. */
function setUp(firstKeySet: Fault, { at = authority, fetch }: Place = {}) {
  emulator.clearRequests();
  play("keys", firstKeySet);
  const memory = rememberingFetch(fetch);
  const held = {
    nowMs: 0,
    /** Attempts that ended without keys. */
    failures: 0,
    /** The key set as the authority answers it from now on. */
    set keySet(fault: Fault) {
      play("keys", fault);
    },
    set document(fault: Fault) {
      play("discovery", fault);
    },
    /** Requests for keys that have reached the authority. */
    get keyFetches() {
      return emulator.requestCount("keys");
    },
    /** Attempts that have begun, each by asking for the discovery document: exact also where nobody waits for its end. */
    get attempts() {
      return memory.sent.filter(({ url }) => url.pathname.endsWith("/openid-configuration")).length;
    },
    sent: memory.sent,
  };
  const log = {
    error: () => {
      held.failures += 1;
    },
  } as unknown as FastifyBaseLogger;
  const monotonicNow = () => held.nowMs;
  const keys = createSigningKeys({ authority: at, tenantId, fetch: memory.fetch, monotonicNow, log });
  return { held, keys };
}

const seconds = (count: number) => count * 1000;
const hours = (count: number) => count * 3_600_000;
const down: Fault = { kind: "reset", when: "beforeHeaders" };
const unavailable = expect.objectContaining({ problem: "signing-keys-unavailable" });
const soon = { interval: 1, timeout: 5_000 };

describe("the key set", () => {
  it("is ready with its keys after the first fetch", async () => {
    const { keys } = setUp(json({ keys: [key("a")] }));
    expect(keys.ready).toBe(false);
    await keys.start();
    expect(keys.ready).toBe(true);
    expect((await keys.find("a"))?.issuer).toBe(issuer);
  });

  it.each([
    // Either address would be answered with what was asked for.
    ["discovery", "northwharf.example/v2.0/.well-known/openid-configuration"],
    ["keys", `${tenantId}/discovery/keys`],
  ] as const)("follows no redirect of %s", async (operation, elsewhere) => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    const headers = { location: `${authority}/${elsewhere}` };
    emulator.clearFaults();
    emulator.addFault({ operation, fault: { kind: "status", status: 302, headers }, times: 1 });
    emulator.addFault({ operation: "keys", fault: json({ keys: [key("a")] }) });
    await expect(keys.find("a")).rejects.toEqual(unavailable);
    expect(emulator.requests.filter(({ operation: asked }) => asked === operation)).toHaveLength(1);
    // The same a moment later, without the redirect.
    held.nowMs = seconds(30);
    expect(await keys.find("a")).toBeDefined();
  });

  it.each(["discovery", "keys"] as const)("gives up after a time where %s stays silent", async (operation) => {
    const letTimePass = holdTimeLimits();
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    play(operation, { kind: "hang" });
    const starting = keys.start();
    await expect.poll(() => emulator.requests.at(-1), soon).toMatchObject({ operation, fault: "hang" });
    expect(held.failures).toBe(0);
    letTimePass();
    await expect.poll(() => held.failures, soon).toBe(1);
    await starting;
    await expect.poll(() => emulator.requests.at(-1), soon).toMatchObject({ operation, abandoned: true });
    keys.stop();
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
      expect(held.attempts).toBeLessThanOrEqual(2);
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
    held.keySet = { kind: "hang" };
    expect(await keys.find("a")).toBeDefined();
    await expect.poll(() => held.keyFetches, soon).toBe(2);
  });

  it("forgets a withdrawn key with that fetch", async () => {
    const { held, keys } = setUp(json({ keys: [key("a"), key("b")] }));
    await keys.start();
    held.nowMs = hours(1) + 1;
    held.keySet = json({ keys: [key("b")] });
    await keys.find("b");
    await expect.poll(() => keys.find("a"), soon).toBeUndefined();
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
    const { held, keys } = setUp({ ...json({ keys: [key("a")] }), headers: { etag: '"1"' } } as Fault);
    await keys.start();
    held.keySet = { kind: "status", status: 304 };
    held.nowMs = hours(23);
    await keys.find("a");
    await expect.poll(() => held.sent.at(-1)?.headers.get("if-none-match"), soon).toBe('"1"');
    await expect.poll(() => keys.ageSeconds, soon).toBe(0);
    // 24 hours after the 304, not after the first fetch, the keys are too old.
    held.keySet = down;
    held.nowMs = hours(46);
    expect(await keys.find("a")).toBeDefined();
  });

  it("does not take 304 for an answer that it did not ask for", async () => {
    const { keys } = setUp({ kind: "status", status: 304 });
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
  const ofSize = (bytes: number): Fault => {
    const text = JSON.stringify(fresh);
    return { kind: "status", status: 200, body: text + " ".repeat(bytes - text.length) };
  };
  // The same machine and port by another name, where the same keys lie.
  const elsewhere = authority.replace("localhost", "127.0.0.1");
  const cases: [string, Fault, Fault?][] = [
    ["the keys are not JSON", { kind: "status", status: 200, body: "<html>" }],
    ["the keys are too large", ofSize(512 * 1024 + 1)],
    ["there are too many keys", json({ keys: Array.from({ length: 101 }, (_, i) => key(i === 0 ? "b" : `k${i}`)) })],
    ["the status is 500", { kind: "status", status: 500, body: { json: fresh } }],
    ["discovery is another issuer's", json(fresh), json({ ...discovery, issuer: `${authority}/common/v2.0` })],
    [
      "the keys are on another host",
      json(fresh),
      json({ ...discovery, jwks_uri: discovery.jwks_uri.replace(authority, elsewhere) }),
    ],
  ];
  it.each(cases)("%s", async (_name, keySet, document) => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.keySet = keySet;
    if (document) held.document = document;
    await expect(keys.find("b")).rejects.toEqual(unavailable);
    expect(await keys.find("a")).toBeDefined();
  });

  it("the keys are on http", async () => {
    const { caCertificate: ca = "", httpsOrigin = "" } = emulator;
    const dispatcher = new Agent({ connect: { ca } });
    onTestFinished(() => dispatcher.destroy());
    const overTls = (url: string, init: object) => fetchOver(url, { ...init, dispatcher });
    const { held, keys } = setUp(json({ keys: [key("a")] }), { at: httpsOrigin, fetch: overTls as typeof fetch });
    await keys.start();
    held.keySet = json(fresh);
    held.document = json({ issuer: issuer.replace(authority, httpsOrigin), jwks_uri: discovery.jwks_uri });
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
  // Of the timers alone: the sockets go on in real time.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  /** Waits without a timer. */
  async function until(holds: () => boolean): Promise<void> {
    const latest = performance.now() + soon.timeout;
    while (!holds()) {
      expect(performance.now()).toBeLessThan(latest);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

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
      expect(held.attempts).toBe(fetches);
      await until(() => held.failures === fetches);
      expect(held.keyFetches).toBe(fetches);
    }
    expect(keys.ready).toBe(false);
    held.keySet = json({ keys: [key("a")] });
    await vi.advanceTimersByTimeAsync(30_000);
    await until(() => keys.ready);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(held.attempts).toBe(9);
    expect(held.keyFetches).toBe(9);
  });

  it("it asks no more once the server has stopped, between attempts or during one", async () => {
    const { held, keys } = setUp(down);
    await keys.start();
    keys.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(held.attempts).toBe(1);
    expect(held.keyFetches).toBe(1);
    const second = setUp(down);
    const starting = second.keys.start();
    second.keys.stop();
    await starting;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(second.held.attempts).toBe(1);
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
    expect(held.attempts).toBe(1);
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
    await expect.poll(() => held.failures, soon).toBe(1);
    expect(held.keyFetches).toBe(2);
    held.nowMs += seconds(29);
    await keys.find("a");
    expect(held.attempts).toBe(2);
  });
});
