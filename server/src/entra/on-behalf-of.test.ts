// The trade itself, against an authority that is the test's. Against the emulator, and as the caller sees it:
// test/graph-mappings.test.ts.
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import { type ApiCredential, createOnBehalfOf, type OnBehalfOfFailure } from "./on-behalf-of.ts";

const authority = "http://localhost:9400";
const tenantId = "11111111-1111-4111-8111-111111111111";
const apiClientId = "22222222-2222-4222-8222-222222222222";
const scopes = ["https://graph.microsoft.com/User.ReadWrite"];
const secret: ApiCredential = { kind: "secret", secret: "of the API" };
const base = `${authority}/${tenantId}`;
const metadata = {
  issuer: `${base}/v2.0`,
  authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
  token_endpoint: `${base}/oauth2/v2.0/token`,
  jwks_uri: `${base}/discovery/v2.0/keys`,
};
const granted = () =>
  Response.json({ token_type: "Bearer", expires_in: 3_600, access_token: "graph-token", scope: scopes[0] });

/** An authority that gives the token endpoint's answers as the test says, and remembers what it was asked. */
function setUp(answer: () => Response | Promise<Response> = granted, credential = secret) {
  const held = { answer, metadata: () => Response.json(metadata) };
  const asked: { url: URL; init: RequestInit | undefined; form: URLSearchParams }[] = [];
  const fetch = (async (input: string, init?: RequestInit) => {
    const url = new URL(input);
    asked.push({ url, init, form: new URLSearchParams(String(init?.body ?? "")) });
    return url.pathname.endsWith("/openid-configuration") ? held.metadata() : held.answer();
  }) as typeof globalThis.fetch;
  const onBehalfOf = createOnBehalfOf({ authority, tenantId, apiClientId, credential, fetch });
  const askedFor = (end: string) => asked.filter(({ url }) => url.pathname.endsWith(end));
  return { held, asked, askedFor, onBehalfOf };
}

describe("a trade", () => {
  it("sends the caller's token, what the API is, and what it wants, and gives the token that comes back", async () => {
    const { onBehalfOf, askedFor } = setUp();
    expect(await onBehalfOf("caller-token", scopes)).toEqual({ ok: true, value: "graph-token" });
    const [{ url, init, form = new URLSearchParams() } = {}] = askedFor("/token");
    expect(url?.pathname).toBe(`/${tenantId}/oauth2/v2.0/token`);
    expect(init).toMatchObject({ method: "POST", redirect: "error", signal: expect.any(AbortSignal) });
    expect(new Headers(init?.headers).get("content-type")).toContain("application/x-www-form-urlencoded");
    expect(Object.fromEntries(form)).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      requested_token_use: "on_behalf_of",
      assertion: "caller-token",
      client_id: apiClientId,
      client_secret: "of the API",
      scope: expect.stringContaining(scopes[0] ?? ""),
    });
    // Claims challenges are asked for, because the caller can answer them.
    expect(JSON.parse(form.get("claims") ?? "")).toMatchObject({ access_token: { xms_cc: { values: ["CP1"] } } });
  });

  it("asks for the authority's metadata once, and for a token each time: nothing of a user is kept", async () => {
    const { onBehalfOf, askedFor } = setUp();
    for (const callerToken of ["one", "two", "two"]) await onBehalfOf(callerToken, scopes);
    expect(askedFor("/openid-configuration")).toHaveLength(1);
    expect(askedFor("/token").map(({ form }) => form.get("assertion"))).toEqual(["one", "two", "two"]);
  });

  it("asks for the metadata again after it could not be had", async () => {
    const { onBehalfOf, held } = setUp();
    held.metadata = () => new Response("", { status: 503 });
    expect(await onBehalfOf("caller-token", scopes)).toEqual({ ok: false, reason: "unavailable" });
    held.metadata = () => Response.json(metadata);
    expect(await onBehalfOf("caller-token", scopes)).toMatchObject({ ok: true });
  });
});

describe("a refusal", () => {
  const says = (error: string, code: string, more: object = {}) => ({
    error,
    error_description: `${code}: what is wrong. Trace ID: 1`,
    ...more,
  });
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } });
  const refusals: [string, object, Pick<OnBehalfOfFailure, "reason" | "entraCode" | "claims">][] = [
    [
      "that asks for more of the user carries the claims",
      says("interaction_required", "AADSTS50076", { claims }),
      { reason: "claims", claims, entraCode: "AADSTS50076" },
    ],
    [
      "for want of consent is one by its code",
      says("invalid_grant", "AADSTS65001"),
      { reason: "consent", entraCode: "AADSTS65001" },
    ],
    [
      "for want of consent is one by its sub-error",
      says("invalid_grant", "AADSTS65004", { suberror: "consent_required" }),
      { reason: "consent", entraCode: "AADSTS65004" },
    ],
    [
      "of the API's secret is ours",
      says("invalid_client", "AADSTS7000215"),
      { reason: "own-credential-refused", entraCode: "AADSTS7000215" },
    ],
    [
      "of the API's registration is ours",
      says("unauthorized_client", "AADSTS700016"),
      { reason: "own-credential-refused", entraCode: "AADSTS700016" },
    ],
    [
      "of the caller's token is just that",
      says("invalid_grant", "AADSTS50013"),
      { reason: "refused", entraCode: "AADSTS50013" },
    ],
    ["that names no code is none of Entra ID", says("invalid_grant", "sorry"), { reason: "unavailable" }],
    [
      "that names something like a code is none either",
      says("invalid_grant", "XAADSTS50013, AADSTS501, AADSTS123456789"),
      { reason: "unavailable" },
    ],
  ];
  it.each(refusals)("%s", async (_name, body, failure) => {
    const { onBehalfOf, askedFor } = setUp(() => Response.json(body, { status: 400 }));
    const answer = await onBehalfOf("caller-token", scopes);
    // The id under which the authority has logged the request.
    const correlationId = askedFor("/token")[0]?.form.get("client-request-id");
    expect(answer).toEqual({ ok: false, ...failure, correlationId });
  });

  it.each([
    ["the authority cannot be reached", () => Promise.reject(new TypeError("fetch failed"))],
    ["its answer is no JSON", () => new Response("<html>")],
    ["its answer has no token", () => Response.json({ token_type: "Bearer" })],
  ])("is `unavailable` where %s", async (_name, answer) => {
    const { onBehalfOf } = setUp(answer);
    expect(await onBehalfOf("caller-token", scopes)).toMatchObject({ ok: false, reason: "unavailable" });
  });
});

describe("the API proves who it is", () => {
  it.each([
    ["PRIVATE KEY", "pkcs8"],
    ["RSA PRIVATE KEY", "pkcs1"],
  ] as const)("by a certificate and its %s: signs with the key and names it by its SHA-256", async (label, type) => {
    const options = { keySize: 2048, algorithm: "sha256" } as const;
    const { cert, private: generated } = await generate([{ name: "commonName", value: "api" }], options);
    const key = createPrivateKey(generated).export({ format: "pem", type });
    expect(key).toContain(`-----BEGIN ${label}-----`);
    const { onBehalfOf, askedFor } = setUp(granted, { kind: "certificate", pem: `${cert}\n${key}` });
    expect(await onBehalfOf("caller-token", scopes)).toMatchObject({ ok: true });
    const [{ form } = {}] = askedFor("/token");
    const assertion = form?.get("client_assertion") ?? "";
    const digest = createHash("sha256").update(new X509Certificate(cert).raw).digest("base64url");
    expect(decodeProtectedHeader(assertion)["x5t#S256"]).toBe(digest);
    expect(decodeJwt(assertion)).toMatchObject({ iss: apiClientId, sub: apiClientId });
    expect(form?.has("client_secret")).toBe(false);
  });

  it("by a managed identity: shows the token that the platform gives it", async () => {
    const clientId = "66666666-6666-4666-8666-666666666666";
    const inAnHour = String(Math.floor(Date.now() / 1000) + 3_600);
    const platform = () => Response.json({ access_token: "federated", expires_in: "3600", expires_on: inAnHour });
    const { held, onBehalfOf, askedFor } = setUp(platform, { kind: "managed-identity", clientId });
    held.answer = () => (askedFor("/oauth2/v2.0/token").length > 0 ? granted() : platform());
    expect(await onBehalfOf("caller-token", scopes)).toMatchObject({ ok: true });
    const [{ url, init } = {}] = askedFor("/metadata/identity/oauth2/token");
    expect(init?.method).toBe("GET");
    expect(new Headers(init?.headers).get("metadata")).toBe("true");
    expect(url?.searchParams.get("client_id")).toBe(clientId);
    expect(url?.searchParams.get("resource")).toContain("api://AzureADTokenExchange");
    expect(askedFor("/oauth2/v2.0/token")[0]?.form.get("client_assertion")).toBe("federated");
  });
});
