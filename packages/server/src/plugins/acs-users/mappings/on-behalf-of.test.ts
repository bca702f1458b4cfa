// The trade itself, against the emulator, whose answers are the test's. As the caller sees it: test/graph-mappings.test.ts.
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { type Fault, startEmulator } from "@teams-token-exchange/emulator";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { holdTimeLimits, rememberingFetch } from "../../../../test/support/authority.ts";
import type { ApiCredential } from "../../../settings/acs-users-settings.ts";
import { createOnBehalfOf, type OnBehalfOfFailure } from "./on-behalf-of.ts";

const emulator = await startEmulator();
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

const authority = emulator.origin;
const tenantId = emulator.tenant("northwharf").id;
const apiClientId = emulator.registration("api").appId;
const scopes = ["https://graph.microsoft.com/User.ReadWrite"];
const secret: ApiCredential = { kind: "secret", secret: "of the API" };
const json = (body: object, status = 200): Fault => ({ kind: "status", status, body: { json: body } });
const granted = json({ token_type: "Bearer", expires_in: 3_600, access_token: "graph-token", scope: scopes[0] });

/** An API, and the authority's answer to its trades as the test says. */
function setUp(answer: Fault = granted, credential = secret) {
  emulator.addFault({ operation: "token", fault: answer });
  const { sent, fetch } = rememberingFetch();
  const onBehalfOf = createOnBehalfOf({ authority, apiClientId, credential, fetch });
  const asked = (operation: string) => emulator.requests.filter((entry) => entry.operation === operation);
  const sentTo = (path: string) => sent.filter(({ url }) => url.pathname === path);
  return { asked, sentTo, onBehalfOf };
}
const soon = { interval: 1 };
const tokenPath = `/${tenantId}/oauth2/v2.0/token`;

describe("a trade", () => {
  it("sends the caller's token, what the API is, and what it wants, and gives the token that comes back", async () => {
    const { onBehalfOf, asked, sentTo } = setUp();
    expect(await onBehalfOf("caller-token", scopes, tenantId)).toEqual({ ok: true, value: "graph-token" });
    expect(asked("token")).toMatchObject([{ method: "POST", path: tokenPath }]);
    const [{ headers, form } = { headers: new Headers(), form: new URLSearchParams() }] = sentTo(tokenPath);
    expect(headers.get("content-type")).toContain("application/x-www-form-urlencoded");
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

  it.each([
    ["the token endpoint", "token", 307, tokenPath],
    ["the metadata", "discovery", 302, "/northwharf.example/v2.0/.well-known/openid-configuration"],
  ])("follows no redirect of %s, whose new address would answer", async (_name, operation, status, location) => {
    const { onBehalfOf, asked } = setUp();
    emulator.clearFaults();
    emulator.addFault({ operation, fault: { kind: "status", status, headers: { location } }, times: 1 });
    emulator.addFault({ operation: "token", fault: granted });
    expect(await onBehalfOf("caller-token", scopes, tenantId)).toMatchObject({ ok: false, reason: "unavailable" });
    expect(asked(operation)).toHaveLength(1);
    expect(await onBehalfOf("caller-token", scopes, tenantId)).toMatchObject({ ok: true });
  });

  it.each([
    ["the token endpoint", "token"],
    ["the metadata", "discovery"],
  ])("ends after a time where %s stays silent", async (_name, operation) => {
    const letTimePass = holdTimeLimits();
    const { onBehalfOf, asked } = setUp();
    emulator.clearFaults();
    emulator.addFault({ operation, fault: { kind: "hang" } });
    const answer = onBehalfOf("caller-token", scopes, tenantId);
    await expect.poll(() => asked(operation), soon).toMatchObject([{ fault: "hang" }]);
    letTimePass();
    await expect.poll(() => asked(operation), soon).toMatchObject([{ abandoned: true }]);
    expect(await answer).toMatchObject({ ok: false, reason: "unavailable" });
  });

  it("asks for the authority's metadata once, and for a token each time: nothing of a user stays in memory", async () => {
    const { onBehalfOf, asked, sentTo } = setUp();
    for (const callerToken of ["one", "two", "two"]) await onBehalfOf(callerToken, scopes, tenantId);
    expect(asked("discovery")).toHaveLength(1);
    expect(asked("token")).toHaveLength(3);
    expect(sentTo(tokenPath).map(({ form }) => form.get("assertion"))).toEqual(["one", "two", "two"]);
  });

  it("asks for the metadata again after it could not be had", async () => {
    const { onBehalfOf } = setUp();
    emulator.addFault({ operation: "discovery", fault: { kind: "status", status: 503 }, times: 1 });
    expect(await onBehalfOf("caller-token", scopes, tenantId)).toStrictEqual({
      ok: false,
      reason: "unavailable",
      advice: expect.stringContaining("The authority answered 503."),
    });
    expect(await onBehalfOf("caller-token", scopes, tenantId)).toMatchObject({ ok: true });
  });
});

describe("a refusal", () => {
  const says = (error: string, code: string, more: object = {}) => ({
    error,
    error_description: `${code}: what is wrong. Trace ID: 1`,
    ...more,
  });
  const naming = (setting: string) => expect.stringContaining(setting) as string;
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } });
  const refusals: [string, object, Pick<OnBehalfOfFailure, "reason" | "entraCode" | "claims" | "advice">][] = [
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
      { reason: "own-credential-refused", entraCode: "AADSTS7000215", advice: naming("ENTRA_API_CLIENT_SECRET") },
    ],
    [
      "of the API's registration is ours",
      says("unauthorized_client", "AADSTS700016"),
      { reason: "own-credential-refused", entraCode: "AADSTS700016", advice: naming("ENTRA_API_CLIENT_ID") },
    ],
    [
      "of the caller's token is just that",
      says("invalid_grant", "AADSTS50013"),
      { reason: "refused", entraCode: "AADSTS50013" },
    ],
    [
      "that names no code is none of Entra ID",
      says("invalid_grant", "sorry"),
      { reason: "unavailable", advice: naming("ENTRA_AUTHORITY") },
    ],
    [
      "that names something like a code is none either",
      says("invalid_grant", "XAADSTS50013, AADSTS501, AADSTS123456789"),
      { reason: "unavailable", advice: naming("ENTRA_AUTHORITY") },
    ],
  ];
  it.each(refusals)("%s", async (_name, body, failure) => {
    const { onBehalfOf, sentTo } = setUp(json(body, 400));
    const answer = await onBehalfOf("caller-token", scopes, tenantId);
    // The id under which the authority has logged the request.
    const correlationId = sentTo(tokenPath)[0]?.form.get("client-request-id");
    expect(answer).toEqual({ ok: false, ...failure, correlationId });
  });

  it.each<[string, Fault]>([
    ["the authority breaks the connection off", { kind: "reset", when: "beforeHeaders" }],
    ["its answer is no JSON", { kind: "status", status: 200, body: "<html>" }],
    ["its answer has no token", json({ token_type: "Bearer" })],
  ])("is `unavailable` where %s", async (_name, answer) => {
    const { onBehalfOf } = setUp(answer);
    expect(await onBehalfOf("caller-token", scopes, tenantId)).toMatchObject({ ok: false, reason: "unavailable" });
  });

  it("is `unavailable` if the authority cannot be reached", async () => {
    const gone = await startEmulator();
    await gone.close();
    const options = { authority: gone.origin, apiClientId, credential: secret, fetch };
    expect(await createOnBehalfOf(options)("caller-token", scopes, tenantId)).toStrictEqual({
      ok: false,
      reason: "unavailable",
      advice: expect.stringContaining("(ECONNREFUSED). Check ENTRA_AUTHORITY"),
    });
  });
});

describe("the API proves who it is", () => {
  it.each([
    ["PRIVATE KEY", "pkcs8"],
    ["RSA PRIVATE KEY", "pkcs1"],
  ] as const)("by a certificate and its %s: signs with the key and names it by its SHA-256", async (label, type) => {
    const { certificate, privateKey } = await emulator.addCertificate("api");
    const key = createPrivateKey(privateKey).export({ format: "pem", type });
    expect(key).toContain(`-----BEGIN ${label}-----`);
    const { onBehalfOf, sentTo } = setUp(granted, { kind: "certificate", pem: `${certificate}\n${key}` });
    expect(await onBehalfOf("caller-token", scopes, tenantId)).toMatchObject({ ok: true });
    const [{ form } = {}] = sentTo(tokenPath);
    const assertion = form?.get("client_assertion") ?? "";
    const { raw, publicKey } = new X509Certificate(certificate);
    const digest = createHash("sha256").update(raw).digest("base64url");
    expect(decodeProtectedHeader(assertion)["x5t#S256"]).toBe(digest);
    const { payload } = await jwtVerify(assertion, publicKey, { clockTolerance: 5 });
    expect(payload).toMatchObject({ iss: apiClientId, sub: apiClientId });
    expect(form?.has("client_secret")).toBe(false);
  });

  it("by a managed identity: shows the token that the platform gives it", async () => {
    vi.stubEnv("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.origin);
    onTestFinished(() => void vi.unstubAllEnvs());
    const clientId = emulator.registration("identity").appId;
    const inAnHour = String(Math.floor(Date.now() / 1000) + 3_600);
    const platform = json({ access_token: "federated", expires_in: "3600", expires_on: inAnHour });
    emulator.addFault({ operation: "Identity_GetToken", fault: platform });
    const { onBehalfOf, asked, sentTo } = setUp(granted, { kind: "managed-identity", clientId });
    expect(await onBehalfOf("caller-token", scopes, tenantId)).toMatchObject({ ok: true });
    expect(asked("Identity_GetToken")).toMatchObject([{ method: "GET" }]);
    const [{ url, method, headers } = {}] = sentTo(asked("Identity_GetToken")[0]?.path ?? "");
    expect(method).toBe("GET");
    expect(headers?.get("metadata")).toBe("true");
    expect(url?.searchParams.get("client_id")).toBe(clientId);
    expect(url?.searchParams.get("resource")).toContain("api://AzureADTokenExchange");
    expect(sentTo(tokenPath)[0]?.form.get("client_assertion")).toBe("federated");
  });
});
