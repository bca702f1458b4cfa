// One fetch of the key set: what is asked of the authority, and what the operator reads when its answer is not taken. That
// the last good keys stay then is in signing-keys.test.ts.
import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { type FetchedKeySet, fetchDocument, fetchSigningKeys } from "./fetch-signing-keys.ts";

const authority = "https://login.example";
const tenantId = "11111111-1111-4111-8111-111111111111";
const issuer = `${authority}/${tenantId}/v2.0`;
const uri = `${authority}/${tenantId}/discovery/v2.0/keys`;
const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" });
const key = (kid: string) => ({ ...jwk, kid, use: "sig", issuer });
const json = (body: unknown, init?: ResponseInit) => () => new Response(JSON.stringify(body), init);

/** An authority with these two documents, which remembers what it was asked. */
function authorityWith(keySet: () => Response, discovery = json({ issuer, jwks_uri: uri })) {
  const asked: [url: string, init: RequestInit | undefined][] = [];
  const fetch = (async (url: string, init?: RequestInit) => {
    asked.push([url, init]);
    return url.endsWith("/openid-configuration") ? discovery() : keySet();
  }) as typeof globalThis.fetch;
  return { asked, options: { authority, tenantId, fetch } };
}
const known: FetchedKeySet = { keys: new Map(), uri, etag: '"1"' };

it("asks for JSON, follows no redirect, ends in time, and names no version that it does not have", async () => {
  const { asked, options } = authorityWith(json({ keys: [key("a")] }));
  await fetchSigningKeys(options);
  expect(asked.map(([url]) => url)).toEqual([`${issuer}/.well-known/openid-configuration`, uri]);
  for (const [, init] of asked) {
    const wanted = { redirect: "error", headers: { accept: "application/json" }, signal: expect.any(AbortSignal) };
    expect(init).toStrictEqual(wanted);
  }
});

it("keeps the version of the set, and asks whether it has changed", async () => {
  const { asked, options } = authorityWith(json({ keys: [key("b")] }, { headers: { etag: '"2"' } }));
  const fetched = await fetchSigningKeys(options, known);
  expect(asked.map(([, init]) => new Headers(init?.headers).get("if-none-match"))).toEqual([null, '"1"']);
  expect([[...fetched.keys.keys()], fetched.uri, fetched.etag]).toEqual([["b"], uri, '"2"']);
});

it("keeps the set at hand where it has not changed", async () => {
  const { options } = authorityWith(() => new Response(null, { status: 304 }));
  expect(await fetchSigningKeys(options, known)).toBe(known);
});

it("does not ask for the version of a set from another address", async () => {
  const { asked, options } = authorityWith(json({ keys: [key("a")] }));
  await fetchSigningKeys(options, { ...known, uri: `${uri}/old` });
  expect(asked.map(([, init]) => new Headers(init?.headers).get("if-none-match"))).toEqual([null, null]);
});

const good = json({ keys: [key("a")] });
it.each([
  ["the status is 500", () => new Response("", { status: 500 }), undefined, "The authority answered 500."],
  ["nothing has changed since nothing", () => new Response(null, { status: 304 }), undefined, "answered 304."],
  ["the set is endless", () => new Response(" ".repeat(600_000)), undefined, "The authority's document is too large."],
  ["it is another tenant's", good, json({ issuer: "x", jwks_uri: uri }), "The discovery issuer is not the tenant's."],
  [
    "the keys are elsewhere",
    good,
    json({ issuer, jwks_uri: "https://evil.example/keys" }),
    "The keys are not on the authority's own origin.",
  ],
  ["there are 101 keys", json({ keys: Array(101).fill(key("a")) }), undefined, "The key set is too large."],
  ["no key is fit", json({ keys: [{ kty: "oct" }] }), undefined, "The key set holds no usable key."],
])("says why it took nothing where %s", async (_name, keySet, discovery, message) => {
  await expect(fetchSigningKeys(authorityWith(keySet, discovery).options)).rejects.toThrow(message);
});

it("an empty answer is none", async () => {
  const fetch = (async () => new Response(null, { status: 204 })) as typeof globalThis.fetch;
  await expect(fetchDocument(uri, fetch)).rejects.toThrow("The authority answered 204.");
});
