import { describe, expect, it } from "vitest";
import type { CallerTokenRules } from "./caller.ts";
import { type CallerRefusal, callerRefusals, checkCallerToken } from "./caller-token.ts";

const tenantId = "aaaaaaaa-1111-4111-8111-111111111111";
const otherTenantId = "bbbbbbbb-2222-4222-8222-222222222222";
const apiClientId = "cccccccc-3333-4333-8333-333333333333";
const clientId = "dddddddd-4444-4444-8444-444444444444";
const objectId = "eeeeeeee-5555-4555-8555-555555555555";
const now = 1_800_000_000;
const microsoft = "https://login.microsoftonline.com";
const rules: CallerTokenRules = {
  authority: microsoft,
  tenantId,
  apiClientId,
  clientIds: [clientId],
  requiredAuthContexts: [],
};
/** The rules for all tenants that a list leaves out. */
const others: CallerTokenRules = { ...rules, tenantId: "", clientIds: [], standing: "other" };
const needsContext = { ...rules, requiredAuthContexts: ["c1"] };
const needsContexts = { ...rules, requiredAuthContexts: ["c1", "c2"] };
const keyIssuer = `${microsoft}/${tenantId}/v2.0`;

const v2 = (changes: object = {}) => ({
  ver: "2.0",
  iss: `${microsoft}/${tenantId}/v2.0`,
  aud: apiClientId,
  exp: now + 3600,
  nbf: now - 10,
  oid: objectId,
  tid: tenantId,
  azp: clientId,
  scp: "access_as_user",
  ...changes,
});
const { azp: _azp, ...withoutAzp } = v2();
const v1 = (changes: object = {}) => ({
  ...withoutAzp,
  ver: "1.0",
  iss: `https://sts.windows.net/${tenantId}/`,
  aud: `api://${apiClientId}`,
  appid: clientId,
  ...changes,
});
const emulator = "http://localhost:9400";

describe("accepts", () => {
  const accepted: [string, object, CallerTokenRules?, (string | undefined)?][] = [
    ["a v2 token of Microsoft's cloud", v2()],
    ["a v1 token of Microsoft's cloud", v1()],
    ["a v1 token whose audience is the bare client id", v1({ aud: apiClientId })],
    [
      "a v1 token whose audience is another URI of the API",
      v1({ aud: "https://contoso.example/api" }),
      { ...rules, apiAudiences: ["api://contoso.example", "https://contoso.example/api"] },
    ],
    ["a scope among others", v2({ scp: "profile access_as_user" })],
    ["a token that expired within the skew", v2({ exp: now - 59 })],
    ["a token that starts within the skew", v2({ nbf: now + 60 })],
    ["a token without nbf", v2({ nbf: undefined })],
    ["ids in upper case", v2({ oid: objectId.toUpperCase(), azp: clientId.toUpperCase() })],
    ["a key whose issuer is a template", v2(), rules, `${microsoft}/{tenantid}/v2.0`],
    ["a key set without issuers", v2(), rules, undefined],
    ["the contexts that are required, among others", v2({ acrs: ["c2", "c1", "urn:x"] }), needsContexts],
    ["a required context in a single word", v2({ acrs: "c1" }), needsContext],
    [
      "a v2 token of another authority",
      v2({ iss: `${emulator}/${tenantId}/v2.0` }),
      { ...rules, authority: emulator },
      `${emulator}/${tenantId}/v2.0`,
    ],
    [
      "a v1 token of another authority",
      v1({ iss: `${emulator}/${tenantId}/` }),
      { ...rules, authority: emulator },
      `${emulator}/${tenantId}/v2.0`,
    ],
  ];
  it.each(accepted)("%s", (_name, claims, given = rules, issuer = keyIssuer) => {
    expect(checkCallerToken(claims, issuer, given, now)).toEqual({
      ok: true,
      value: { objectId, tenantId, clientId, roles: [] },
    });
  });
});

describe("refuses", () => {
  const refused: [string, unknown, CallerRefusal, CallerTokenRules?, string?][] = [
    ["claims that are no object", "claims", "claims-malformed"],
    ["null", null, "claims-malformed"],
    ["a missing version", v2({ ver: undefined }), "claims-malformed"],
    ["an unknown version", v2({ ver: "3.0" }), "claims-malformed"],
    ["a missing issuer", v2({ iss: undefined }), "claims-malformed"],
    ["a missing audience", v2({ aud: undefined }), "claims-malformed"],
    ["a list of audiences", v2({ aud: [apiClientId] }), "claims-malformed"],
    ["a missing expiry", v2({ exp: undefined }), "claims-malformed"],
    ["an expiry in words", v2({ exp: "tomorrow" }), "claims-malformed"],
    ["a missing object id", v2({ oid: undefined }), "claims-malformed"],
    ["an object id that is no GUID", v2({ oid: "8:orgid:1" }), "claims-malformed"],
    ["a missing tenant", v2({ tid: undefined }), "claims-malformed"],
    ["scopes as a list", v2({ scp: ["access_as_user"] }), "claims-malformed"],
    ["a v2 token with the v1 issuer", v2({ iss: v1().iss }), "issuer-wrong"],
    ["a v1 token with the v2 issuer", v1({ iss: v2().iss }), "issuer-wrong"],
    ["the issuer without its trailing slash", v1({ iss: `https://sts.windows.net/${tenantId}` }), "issuer-wrong"],
    ["the issuer of another tenant", v2({ iss: `${microsoft}/${otherTenantId}/v2.0` }), "issuer-wrong"],
    ["an emulator's token on Microsoft's cloud", v2({ iss: `${emulator}/${tenantId}/v2.0` }), "issuer-wrong"],
    ["Microsoft's v2 token at an emulator", v2(), "issuer-wrong", { ...rules, authority: emulator }],
    ["Microsoft's v1 token at an emulator", v1(), "issuer-wrong", { ...rules, authority: emulator }],
    ["a key that belongs to another tenant", v2(), "key-issuer-wrong", rules, `${microsoft}/${otherTenantId}/v2.0`],
    ["a key of another tenant for a v1 token", v1(), "key-issuer-wrong", rules, `${microsoft}/${otherTenantId}/v2.0`],
    [
      "a genuine token of another tenant",
      v2({ tid: otherTenantId, iss: `${microsoft}/${otherTenantId}/v2.0` }),
      "tenant-wrong",
      rules,
      `${microsoft}/{tenantid}/v2.0`,
    ],
    ["another API's token", v2({ aud: clientId }), "audience-wrong"],
    ["the URI as audience of a v2 token", v2({ aud: `api://${apiClientId}` }), "audience-wrong"],
    [
      "an audience that only differs in a slash from the URI of the API",
      v1({ aud: "https://contoso.example/api/" }),
      "audience-wrong",
      { ...rules, apiAudiences: ["https://contoso.example/api"] },
    ],
    [
      "a URI of the API as audience of a v2 token",
      v2({ aud: "https://contoso.example/api" }),
      "audience-wrong",
      { ...rules, apiAudiences: ["https://contoso.example/api"] },
    ],
    ["another API's URI", v1({ aud: `api://${clientId}` }), "audience-wrong"],
    ["an audience that only begins right", v2({ aud: `${apiClientId}0` }), "audience-wrong"],
    ["a token that expired before the skew", v2({ exp: now - 60 }), "expired"],
    ["a token that starts after the skew", v2({ nbf: now + 61 }), "not-yet-valid"],
    ["an app-only token, even with the scope", v2({ idtyp: "app" }), "app-only"],
    ["a missing scope", v2({ scp: undefined }), "scope-missing"],
    ["a scope that only begins right", v2({ scp: "access_as_user.all" }), "scope-missing"],
    ["another scope", v2({ scp: "profile email" }), "scope-missing"],
    ["a client that is not listed", v2({ azp: apiClientId }), "client-not-allowed"],
    ["a v2 token with the client only in the v1 claim", v2({ azp: undefined, appid: clientId }), "client-not-allowed"],
    ["a v1 token with the client only in the v2 claim", v1({ appid: undefined, azp: clientId }), "client-not-allowed"],
    [
      "a missing context, with a client that takes a challenge",
      v2({ xms_cc: ["CP1"], acrs: ["c1"] }),
      "auth-context-missing",
      needsContexts,
    ],
    [
      "a context that only begins right, with claims in single words",
      v2({ xms_cc: "cp1", acrs: "c12" }),
      "auth-context-missing",
      needsContext,
    ],
    ["a missing context, with one that does not", v2(), "auth-context-missing-without-cp1", needsContexts],
    [
      "a missing context, with one that can do something else",
      v2({ xms_cc: ["protapp"] }),
      "auth-context-missing-without-cp1",
      needsContexts,
    ],
    ["a token of a tenant that a list leaves out", v2(), "tenant-not-listed", others],
    ["the same in version 1", v1(), "tenant-not-listed", others],
    ["a token of a suspended tenant", v2(), "tenant-suspended", { ...rules, standing: "suspended" }],
    ["any client if none is listed", v2({ azp: undefined }), "client-not-allowed", { ...rules, clientIds: [] }],
  ];
  it.each(refused)("%s", (_name, claims, reason, given = rules, issuer = undefined) => {
    expect(checkCallerToken(claims, issuer, given, now)).toEqual({ ok: false, reason });
  });
});

describe("a tenant that a list leaves out learns so only from a token that is good in all else:", () => {
  it.each([
    ["another issuer", v2({ iss: `${microsoft}/${otherTenantId}/v2.0` }), "issuer-wrong", keyIssuer],
    ["a key of another tenant", v2(), "key-issuer-wrong", `${microsoft}/${otherTenantId}/v2.0`],
    ["another audience", v2({ aud: clientId }), "audience-wrong", keyIssuer],
    ["an expired token", v2({ exp: now - 61 }), "expired", keyIssuer],
  ])("not from %s", (_what, claims, reason, issuer) => {
    expect(checkCallerToken(claims, issuer, others, now)).toEqual({ ok: false, reason });
  });
});

describe("the problem of a refusal", () => {
  it("is the same for everything that is wrong with the sender of a token", () => {
    const { "app-only": _a, "scope-missing": _s, "client-not-allowed": _c, ...claims } = callerRefusals;
    const { "auth-context-missing": _m, "auth-context-missing-without-cp1": _w, ...more } = claims;
    const { "tenant-not-listed": _n, "tenant-suspended": _u, ...authentication } = more;
    const problems = Object.values(authentication).map(({ problem }) => problem);
    expect(new Set(problems)).toEqual(new Set(["caller-token-invalid"]));
  });

  it("says what the caller can change", () => {
    expect(callerRefusals).toMatchObject({
      "app-only": { problem: "scope-missing" },
      "scope-missing": { problem: "scope-missing" },
      "client-not-allowed": { problem: "client-not-allowed" },
      "tenant-not-listed": { problem: "tenant-not-listed" },
      "tenant-suspended": { problem: "tenant-suspended" },
      "auth-context-missing": { problem: "insufficient-claims" },
      "auth-context-missing-without-cp1": { problem: "claims-challenge-not-understood" },
    });
  });
});
