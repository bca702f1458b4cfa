// One fetch of the key set from the emulator: what is asked of the authority, what is taken of its answer, and what the
// operator reads where nothing is. When it is fetched, and that the last good keys stay then, is in signing-keys.test.ts.
import type { Fault } from "@teams-token-exchange/emulator";
import { Agent, fetch as fetchOver } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import { holdTimeLimits, rememberingFetch } from "../../test/support/authority.ts";
import {
  authority,
  emulator,
  issuer,
  json,
  jwk,
  key,
  keysUrl,
  play,
  soon,
  tenantId,
} from "../../test/support/signing-keys.ts";
import { type FetchedKeySet, fetchSigningKeys } from "./fetch-signing-keys.ts";

const discovery = { issuer, jwks_uri: keysUrl };
const known: FetchedKeySet = { keys: new Map(), uri: keysUrl, etag: '"1"' };
const fresh = { keys: [key("a")] };

/** An authority with this key set, and with this discovery document where its own is not meant. */
function setUp(keySet: Fault = json(fresh), document?: Fault) {
  play("keys", keySet);
  if (document) play("discovery", document);
  const { sent, fetch } = rememberingFetch();
  return { sent, options: { authority, tenantId, fetch } };
}
const idsOf = ({ keys }: FetchedKeySet) => [...keys.keys()];

describe("asks the authority", () => {
  it("for JSON, first the address of the keys, and names no version that it does not have", async () => {
    const { sent, options } = setUp();
    const fetched = await fetchSigningKeys(options);
    expect(sent.map(({ url }) => url.href)).toEqual([`${issuer}/.well-known/openid-configuration`, keysUrl]);
    for (const { headers } of sent) expect(Object.fromEntries(headers)).toEqual({ accept: "application/json" });
    expect([idsOf(fetched), fetched.uri, fetched.etag]).toEqual([["a"], keysUrl, undefined]);
  });

  it("whether the set has changed, and keeps the new version", async () => {
    const { sent, options } = setUp(json({ keys: [key("b")] }, { etag: '"2"' }));
    const fetched = await fetchSigningKeys(options, known);
    expect(sent.map(({ headers }) => headers.get("if-none-match"))).toEqual([null, '"1"']);
    expect([idsOf(fetched), fetched.uri, fetched.etag]).toEqual([["b"], keysUrl, '"2"']);
  });

  it("not for the version of a set from another address", async () => {
    const { sent, options } = setUp();
    await fetchSigningKeys(options, { ...known, uri: `${keysUrl}/old` });
    expect(sent.map(({ headers }) => headers.get("if-none-match"))).toEqual([null, null]);
  });

  it.each([
    ["discovery", "northwharf.example/v2.0/.well-known/openid-configuration"],
    ["keys", `${tenantId}/discovery/keys`],
  ] as const)("no more where %s redirects, though the new address would answer", async (operation, elsewhere) => {
    const { options } = setUp();
    emulator.clearFaults();
    const headers = { location: `${authority}/${elsewhere}` };
    emulator.addFault({ operation, fault: { kind: "status", status: 302, headers }, times: 1 });
    await expect(fetchSigningKeys(options)).rejects.toThrow("fetch failed");
    expect(emulator.requestCount(operation)).toBe(1);
    // The same a moment later, without the redirect.
    expect(idsOf(await fetchSigningKeys(options))).toHaveLength(1);
  });

  it.each(["discovery", "keys"] as const)("no longer than the time limit if %s does not answer", async (operation) => {
    const letTimePass = holdTimeLimits();
    const { options } = setUp();
    play(operation, { kind: "hang" });
    const givesUp = expect(fetchSigningKeys(options)).rejects.toThrow("due to timeout");
    await expect.poll(() => emulator.requests.at(-1), soon).toMatchObject({ operation, fault: "hang" });
    letTimePass();
    await givesUp;
    await expect.poll(() => emulator.requests.at(-1), soon).toMatchObject({ operation, abandoned: true });
  });
});

it("keeps the known set if it has not changed", async () => {
  const { options } = setUp({ kind: "status", status: 304 });
  expect(await fetchSigningKeys(options, known)).toBe(known);
});

describe("leaves a key out, and keeps the good one, if it", () => {
  it.each([
    ["has no id", { kid: undefined }],
    ["is for encryption", { use: "enc" }],
    ["is for another algorithm", { alg: "RS512" }],
    ["is a shared secret", { kty: "oct", k: "c2VjcmV0" }],
    ["is an elliptic curve", { kty: "EC" }],
    ["has 1024 bits", jwk(1024)],
    ["has the exponent 3", jwk(2048, 3)],
    ["has no modulus", { n: undefined }],
    ["has a modulus of 8200 bits", { n: Buffer.alloc(1025, 255).toString("base64url") }],
    ["has an exponent of 40 bits", { e: Buffer.from([1, 0, 0, 0, 1]).toString("base64url") }],
    ["has an empty modulus", { n: "" }],
    ...["d", "p", "q", "dp", "dq", "qi", "oth", "k"].map(
      (name) => [`shows the private member ${name}`, { [name]: "AQAB" }] as [string, object],
    ),
  ])("%s", async (_name, changes) => {
    const { options } = setUp(json({ keys: [key("bad", changes), key("good")] }));
    expect(idsOf(await fetchSigningKeys(options))).toEqual(["good"]);
  });
});

const ofSize = (bytes: number): Fault => {
  const text = JSON.stringify(fresh);
  return { kind: "status", status: 200, body: text + " ".repeat(bytes - text.length) };
};
const ofKeys = (count: number) => json({ keys: Array.from({ length: count }, (_, i) => key(`k${i}`)) });
const elsewhere = "The keys are not on the authority's own origin.";

describe("accepts nothing, and says why, if", () => {
  // The same machine and port under another name, which serves the same keys.
  const otherHost = keysUrl.replace("localhost", "127.0.0.1");
  it.each<[string, string, Fault, Fault?]>([
    ["the status is 500", "The authority answered 500.", { kind: "status", status: 500, body: { json: fresh } }],
    ["nothing has changed since nothing", "The authority answered 304.", { kind: "status", status: 304 }],
    ["the answer is empty", "The authority answered 204.", { kind: "status", status: 204 }],
    ["the keys are not JSON", "Its answer is no key set.", { kind: "status", status: 200, body: "<html>" }],
    ["the keys are too large", "The authority's document is too large.", ofSize(512 * 1024 + 1)],
    ["there are 101 keys", "The key set is too large.", ofKeys(101)],
    ["there is no key", "The key set holds no usable key.", json({ keys: [] })],
    ["no key is fit", "The key set holds no usable key.", json({ keys: [{ kty: "oct" }] })],
    [
      "discovery is another issuer's",
      `It names the issuer ${authority}/common/v2.0, but ENTRA_AUTHORITY and ENTRA_TENANT_ID mean ${issuer}.`,
      json(fresh),
      json({ ...discovery, issuer: `${authority}/common/v2.0` }),
    ],
    [
      "discovery does not know the tenant",
      "It knows no such tenant (AADSTS90002). Check ENTRA_TENANT_ID.",
      json(fresh),
      { kind: "status", status: 400, body: { json: { error_description: "AADSTS90002: Tenant 'secret' not found." } } },
    ],
    ["the keys are on another host", elsewhere, json(fresh), json({ ...discovery, jwks_uri: otherHost })],
  ])("%s", async (_name, message, keySet, document) => {
    await expect(fetchSigningKeys(setUp(keySet, document).options)).rejects.toThrow(message);
  });

  it("the keys are on http", async () => {
    const { caCertificate: ca = "", httpsOrigin = "" } = emulator;
    const dispatcher = new Agent({ connect: { ca } });
    onTestFinished(() => dispatcher.destroy());
    const overTls = ((url: string, init: object) => fetchOver(url, { ...init, dispatcher })) as typeof fetch;
    const options = { authority: httpsOrigin, tenantId, fetch: overTls };
    expect(idsOf(await fetchSigningKeys(options))).toHaveLength(1);
    setUp(json(fresh), json({ issuer: issuer.replace(authority, httpsOrigin), jwks_uri: keysUrl }));
    await expect(fetchSigningKeys(options)).rejects.toThrow(elsewhere);
  });

  it("the keys have no end: hardly any of them are read", async () => {
    const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    const chunks = { text: `10000\r\n${" ".repeat(65_536)}\r\n`, repeat: 1_526 };
    const { options } = setUp({ kind: "raw", bytes: [head, chunks], ending: "open" });
    await expect(fetchSigningKeys(options)).rejects.toThrow("The authority's document is too large.");
    await expect.poll(() => emulator.requests.at(-1), soon).toMatchObject({ operation: "keys", abandoned: true });
    // What the kernel buffers between the two sockets counts as sent.
    expect(emulator.requests.at(-1)?.sentBytes).toBeLessThan(20_000_000);
  });
});

it.each<[string, Fault, number]>([
  ["a document of exactly 512 KB", ofSize(512 * 1024), 1],
  ["a set of exactly 100 keys", ofKeys(100), 100],
  ["a key that names its algorithm", json({ keys: [key("b", { alg: "RS256" })] }), 1],
  ["a key without a use", json({ keys: [key("b", { use: undefined })] }), 1],
  ["a key of 8192 bits", json({ keys: [key("b", { n: Buffer.alloc(1024, 255).toString("base64url") })] }), 1],
  ["a key with an exponent of 32 bits", json({ keys: [key("b", { e: "gAAAAQ" })] }), 1],
])("takes %s", async (_name, keySet, count) => {
  expect(idsOf(await fetchSigningKeys(setUp(keySet).options))).toHaveLength(count);
});
