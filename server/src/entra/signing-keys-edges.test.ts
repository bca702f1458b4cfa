// The key set at the edges of its times, and what it says when it fails. The rules themselves are in signing-keys.test.ts.
import { generateKeyPairSync } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import { expect, it } from "vitest";
import { createSigningKeys } from "./signing-keys.ts";

const authority = "https://login.example";
const tenantId = "11111111-1111-4111-8111-111111111111";
const issuer = `${authority}/${tenantId}/v2.0`;
const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" });
const documents = { issuer, jwks_uri: `${authority}/keys`, keys: [{ ...jwk, kid: "a" }] };
const second = 1_000;
const hour = 3_600 * second;

/** Everything that can happen without the test has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const held = { nowMs: 0, fetches: 0, answer: async () => Response.json(documents), logged: [] as unknown[][] };
  const fetch = (async () => {
    held.fetches += 1;
    return held.answer();
  }) as typeof globalThis.fetch;
  const log = { error: (...line: unknown[]) => void held.logged.push(line) } as unknown as FastifyBaseLogger;
  return { held, keys: createSigningKeys({ authority, tenantId, fetch, monotonicNow: () => held.nowMs, log }) };
}

async function setUpStarted() {
  const { held, keys } = setUp();
  await keys.start();
  held.fetches = 0;
  return { held, keys };
}
const silence = () => new Promise<Response>(() => {});
/** What a request gets that does not wait for anything. */
const withoutWaiting = <Value>(answer: Promise<Value>) => Promise.race([answer, settled().then(() => "waits")]);

it("the cool-down is over after exactly 30 s", async () => {
  const { held, keys } = await setUpStarted();
  await keys.find("unknown");
  held.fetches = 0;
  held.nowMs = 30 * second - 1;
  await keys.find("unknown");
  expect(held.fetches).toBe(0);
  held.nowMs = 30 * second;
  await keys.find("unknown");
  expect(held.fetches).toBe(2);
});

it.each([
  [hour, 0],
  [hour + 1, 1],
])("keys of %i ms are fetched again by a request %i times, which does not wait", async (ageMs, fetches) => {
  const { held, keys } = await setUpStarted();
  held.nowMs = ageMs;
  held.answer = silence;
  expect(await withoutWaiting(keys.find("a"))).toMatchObject({ key: expect.anything() });
  await settled();
  expect(held.fetches).toBe(fetches);
});

it.each([
  [24 * hour, { key: expect.anything() }],
  [24 * hour + 1, "waits"],
])("keys of %i ms: a request gets %j", async (ageMs, expected) => {
  const { held, keys } = await setUpStarted();
  held.nowMs = ageMs;
  held.answer = silence;
  expect(await withoutWaiting(keys.find("a"))).toEqual(
    typeof expected === "string" ? expected : expect.objectContaining(expected),
  );
});

it("who cannot be judged may come back after the cool-down; the log says what failed", async () => {
  const { held, keys } = setUp();
  const failure = new TypeError("fetch failed");
  held.answer = () => Promise.reject(failure);
  await expect(keys.find("a")).rejects.toMatchObject({
    problem: "signing-keys-unavailable",
    context: { headers: { "retry-after": "30" } },
  });
  expect(held.logged).toEqual([
    [{ reason: "signing-keys-fetch-failed", err: failure }, "signing keys could not be fetched"],
  ]);
});
