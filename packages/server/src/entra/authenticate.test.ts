// From the header to the caller, without a server: which token is taken, and what each refusal carries. What a client sees of it
// is in test/authentication.test.ts.
import { createSecretKey, generateKeyPairSync, sign } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describe, expect, it } from "vitest";
import type { Tenant } from "../resources/tenant.ts";
import { createAuthenticate, readBearer } from "./authenticate.ts";
import type { SigningKey, SigningKeys } from "./signing-keys.ts";

interface Sent {
  rawHeaders?: string[];
  query?: object;
}

/** A request with this Authorization header, and with others if a test needs them. */
const requestWith = (authorization?: string, { rawHeaders, query = {} }: Sent = {}) =>
  ({
    query,
    server: { callerTokenHeader: "" },
    headers: { authorization },
    raw: { rawHeaders: rawHeaders ?? (authorization === undefined ? [] : ["Authorization", authorization]) },
  }) as unknown as FastifyRequest;

const refused = (problem: string, context: object) => expect.objectContaining({ problem, context });
const missing = refused("caller-token-missing", { headers: { "www-authenticate": "Bearer" } });
const ambiguous = refused("caller-token-ambiguous", {
  headers: { "www-authenticate": 'Bearer error="invalid_request"' },
});
const invalid = (reason: string) =>
  refused("caller-token-invalid", { reason, headers: { "www-authenticate": 'Bearer error="invalid_token"' } });

describe("the token is read", () => {
  it.each([
    ["behind the scheme", "Bearer abc"],
    ["behind the scheme in any case", "bEARER abc"],
    ["between any number of spaces", "Bearer   abc  "],
  ])("%s", (_name, authorization) => {
    expect(readBearer(requestWith(authorization))).toBe("abc");
  });

  it.each([
    ["no header", undefined],
    ["an empty header", ""],
    ["only the scheme", "Bearer"],
    ["the scheme and a space", "Bearer "],
    ["no space behind the scheme", "Bearerabc"],
    ["another scheme", "Basic abc"],
    ["something before the scheme", "x Bearer abc"],
    ["two words", "Bearer abc def"],
  ])("from one header of one form: with %s a bare challenge", (_name, authorization) => {
    expect(readBearer(requestWith(authorization))).toEqual(missing);
  });

  it("once: two headers are refused, in any case", () => {
    const rawHeaders = ["authorization", "Bearer abc", "AUTHORIZATION", "Bearer abc"];
    expect(readBearer(requestWith("Bearer abc", { rawHeaders }))).toEqual(ambiguous);
  });

  it("by the names of headers, not by what others hold", () => {
    const rawHeaders = ["x-note", "authorization", "Cache-Control", "no-cache", "authorization", "Bearer abc"];
    expect(readBearer(requestWith("Bearer abc", { rawHeaders }))).toBe("abc");
  });

  it("once: one in the address is refused, with a header and without", () => {
    const query = { access_token: "abc" };
    expect(readBearer(requestWith("Bearer abc", { query }))).toEqual(ambiguous);
    expect(readBearer(requestWith(undefined, { query }))).toEqual(ambiguous);
  });
});

const authority = "https://login.example";
const tenantId = "11111111-1111-4111-8111-111111111111";
const apiClientId = "22222222-2222-4222-8222-222222222222";
const clientId = "33333333-3333-4333-8333-333333333333";
const objectId = "44444444-4444-4444-8444-444444444444";
const issuer = `${authority}/${tenantId}/v2.0`;
const nowSeconds = 1_800_000_000;
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const known: SigningKey = { key: publicKey, issuer };
/** Key sets that know the key, and that have to look for it. */
const monotonicMs = 5_000;
const freshKeys = (signingKey: SigningKey) => ({ keys: new Map([["known", signingKey]]), untilMs: monotonicMs });
const find: SigningKeys["find"] = async (keyId) => (keyId === "known" ? known : undefined);
const atHand = { fresh: freshKeys(known), find } as unknown as SigningKeys;
const toBeFound = { fresh: { keys: new Map(), untilMs: monotonicMs }, find } as unknown as SigningKeys;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
function callerToken(changes: object = {}, kid = "known"): string {
  const claims = { ver: "2.0", iss: issuer, aud: apiClientId, exp: nowSeconds + 3600, oid: objectId, tid: tenantId };
  const content = `${part({ alg: "RS256", kid })}.${part({ ...claims, azp: clientId, scp: "access_as_user", ...changes })}`;
  return `${content}.${sign("RSA-SHA256", Buffer.from(content), privateKey).toString("base64url")}`;
}

/** One tenant, whose rules are also those for the tokens of others. */
function tenantsOf(requiredAuthContexts: string[] = []) {
  const others = { authority, tenantId, apiClientId, clientIds: [clientId], requiredAuthContexts };
  return { byId: new Map([[tenantId, { rules: others } as unknown as Tenant]]), others };
}

/** The caller that the hook puts in place. */
async function authenticate(token: string, requiredAuthContexts: string[] = [], keys = atHand) {
  const tenants = tenantsOf(requiredAuthContexts);
  const hook = createAuthenticate({ keys, tenants, now: () => nowSeconds * 1000, monotonicNow: () => monotonicMs });
  const request = requestWith(`Bearer ${token}`);
  await new Promise<void>((resolve, reject) => {
    hook.call({} as FastifyInstance, request, {} as FastifyReply, (error) => (error ? reject(error) : resolve()));
  });
  return request.caller;
}

describe.each([
  ["a known key", atHand],
  ["a key to be found", toBeFound],
])("the caller, with %s", (_name, keys) => {
  it("is put in place by a good token", async () => {
    expect(await authenticate(callerToken(), [], keys)).toEqual({ objectId, tenantId, clientId, roles: [] });
  });

  it.each([
    ["the signature", callerToken().slice(0, -8), "signature-wrong"],
    ["the key", callerToken({}, "unknown"), "key-unknown"],
    ["a claim", callerToken({ aud: clientId }), "audience-wrong"],
    ["its life, by our clock", callerToken({ exp: nowSeconds - 61 }), "expired"],
  ])("is refused for %s with the same challenge; the reason is for the log", async (_what, token, reason) => {
    await expect(authenticate(token, [], keys)).rejects.toEqual(invalid(reason));
  });
});

it("what the search for the key fails with goes through", async () => {
  const failure = new Error("no keys");
  const keys = { ...toBeFound, find: () => Promise.reject(failure) };
  await expect(authenticate(callerToken(), [], keys)).rejects.toBe(failure);
});

it("a key that cannot be used makes the request fail", async () => {
  const broken = { key: createSecretKey(Buffer.from("no public key")), issuer };
  const found = { ...toBeFound, find: async () => broken };
  await expect(authenticate(callerToken(), [], found)).rejects.toThrow(TypeError);
  await expect(authenticate(callerToken(), [], { ...atHand, fresh: freshKeys(broken) })).rejects.toThrow(TypeError);
});

it("a refusal for one reason is one problem, however often it happens", async () => {
  const hook = createAuthenticate({
    keys: atHand,
    tenants: tenantsOf(),
    now: Date.now,
    monotonicNow: () => monotonicMs,
  });
  const refusals: unknown[] = [];
  for (const token of ["a", "b", callerToken({}).slice(0, -8)]) {
    hook.call({} as FastifyInstance, requestWith(`Bearer ${token}`), {} as FastifyReply, (error) =>
      refusals.push(error),
    );
  }
  expect(refusals[0]).toBe(refusals[1]);
  expect(refusals[2]).not.toBe(refusals[0]);
});

it("a token of 16 KB is looked at, a longer one is not", async () => {
  const largest = "a".repeat(16_384);
  await expect(authenticate(largest)).rejects.toEqual(invalid("not-a-jws"));
  await expect(authenticate(`${largest}a`)).rejects.toEqual(
    refused("headers-too-large", { reason: "oversize", headers: {} }),
  );
});

describe("the caller", () => {
  const helpful = 'Bearer error="insufficient_scope", scope="access_as_user"';
  it.each([
    ["the scope", { scp: "profile" }, "scope-missing", { "www-authenticate": helpful }],
    ["a right to this client", { azp: objectId }, "client-not-allowed", {}],
  ])("without %s gets 403, with a challenge only where that helps", async (_name, changes, problem, headers) => {
    const refusal = authenticate(callerToken(changes));
    await expect(refusal).rejects.toEqual(refused(problem, { reason: problem, headers }));
  });

  it.each([
    [["c1"], { essential: true, value: "c1" }],
    [["c1", "c2"], { essential: true, values: ["c1", "c2"] }],
  ])("without the contexts %j gets a challenge that names the claims and the authority", async (contexts, acrs) => {
    const claims = Buffer.from(JSON.stringify({ access_token: { acrs } })).toString("base64");
    const where = `authorization_uri="${authority}/${tenantId}/oauth2/v2.0/authorize"`;
    const challenge = `Bearer realm="", ${where}, error="insufficient_claims", claims="${claims}"`;
    const context = { reason: "auth-context-missing", headers: { "www-authenticate": challenge } };
    const refusal = authenticate(callerToken({ xms_cc: ["cp1"] }), contexts);
    await expect(refusal).rejects.toEqual(refused("insufficient-claims", context));
  });

  it("without them, through a client that could not ask for claims, gets no challenge", async () => {
    const context = { reason: "auth-context-missing-without-cp1", headers: {} };
    const refusal = authenticate(callerToken(), ["c1"]);
    await expect(refusal).rejects.toEqual(refused("claims-challenge-not-understood", context));
  });
});
