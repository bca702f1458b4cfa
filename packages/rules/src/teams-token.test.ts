import { describe, expect, it } from "vitest";
import { teamsResourceOf } from "./teams-resource.ts";
import { checkTeamsToken, type TeamsTokenRefusal, teamsTokenRefusals } from "./teams-token.ts";

const caller = {
  objectId: "eeeeeeee-5555-4555-8555-555555555555",
  tenantId: "aaaaaaaa-1111-4111-8111-111111111111",
  clientId: "dddddddd-4444-4444-8444-444444444444",
  roles: [],
};
const other = "99999999-9999-4999-8999-999999999999";
const now = 1_800_000_000;

const segment = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims: unknown) => `${segment({ alg: "RS256", typ: "JWT" })}.${segment(claims)}.c2lnbmF0dXJl`;
const claims = (changes: object = {}) => ({
  aud: "https://auth.msft.communication.azure.com",
  exp: now + 3600,
  oid: caller.objectId,
  tid: caller.tenantId,
  appid: caller.clientId,
  scp: "Teams.ManageCalls Teams.ManageChats",
  ...changes,
});

describe("accepts", () => {
  it.each([
    ["a v1 token of the caller", claims()],
    [
      "a v2 token of the caller",
      claims({ aud: "1fd5118e-2576-4263-8130-9503064c837a", appid: undefined, azp: caller.clientId }),
    ],
    ["scopes in any order and company", claims({ scp: "openid Teams.ManageChats x Teams.ManageCalls" })],
    ["ids in upper case", claims({ oid: caller.objectId.toUpperCase(), tid: caller.tenantId.toUpperCase() })],
    ["ten minutes of life, not a second less", claims({ exp: now + 600 })],
  ])("%s", (_name, given) => {
    expect(checkTeamsToken(jwt(given), caller, now)).toEqual({ ok: true, value: "matched" });
  });

  it.each([
    ["a reference token", "opaque-reference.0123456789"],
    ["an encrypted token of five parts", "eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d"],
    ["three parts that hold no JSON", "abc.def.ghi"],
    ["a token of exactly 8 KB", "a".repeat(8192)],
  ])("%s, whose judge is ACS", (_name, teamsToken) => {
    expect(checkTeamsToken(teamsToken, caller, now)).toEqual({ ok: true, value: "opaque" });
  });
});

describe("refuses", () => {
  const refused: [string, string, TeamsTokenRefusal][] = [
    ["an empty token", "", "malformed"],
    ["a token over 8 KB", "a".repeat(8193), "malformed"],
    ["a token with a space", "abc def", "malformed"],
    ["a token with a line break", "abc\r\ndef", "malformed"],
    ["a token with letters beyond ASCII", "абв", "malformed"],
    ["two tokens in one header", `${jwt(claims())}, ${jwt(claims())}`, "malformed"],
    ["an expiry in words", jwt(claims({ exp: "soon" })), "malformed"],
    ["no expiry", jwt(claims({ exp: undefined })), "malformed"],
    ["an object id that is no text", jwt(claims({ oid: 5 })), "malformed"],
    ["scopes as a list", jwt(claims({ scp: ["Teams.ManageCalls", "Teams.ManageChats"] })), "malformed"],
    ["no audience", jwt(claims({ aud: undefined })), "malformed"],
    ["another audience", jwt(claims({ aud: "https://graph.microsoft.com" })), "wrong-audience"],
    ["an audience that only begins right", jwt(claims({ aud: `${claims().aud}.evil.example` })), "wrong-audience"],
    ["an expired token", jwt(claims({ exp: now })), "expired"],
    ["the last second of its life", jwt(claims({ exp: now + 1 })), "expiring"],
    ["a second less than ten minutes of life", jwt(claims({ exp: now + 599 })), "expiring"],
    ["another tenant's token", jwt(claims({ tid: other })), "other-tenant"],
    ["a token without a tenant", jwt(claims({ tid: undefined })), "other-tenant"],
    ["another user's token", jwt(claims({ oid: other })), "other-user"],
    ["a token without a user", jwt(claims({ oid: undefined })), "other-user"],
    ["another client's token", jwt(claims({ appid: other })), "other-client"],
    ["a token of two clients", jwt(claims({ azp: other })), "other-client"],
    ["a token without a client", jwt(claims({ appid: undefined })), "other-client"],
    ["a token without Teams.ManageChats", jwt(claims({ scp: "Teams.ManageCalls" })), "scope-missing"],
    ["a token without Teams.ManageCalls", jwt(claims({ scp: "Teams.ManageChats" })), "scope-missing"],
    ["a token without scopes", jwt(claims({ scp: undefined })), "scope-missing"],
    ["a scope that only begins right", jwt(claims({ scp: "Teams.ManageCalls Teams.ManageChatsX" })), "scope-missing"],
  ];
  it.each(refused)("%s", (_name, teamsToken, reason) => {
    expect(checkTeamsToken(teamsToken, caller, now)).toEqual({ ok: false, reason });
  });
});

describe("the Teams resource", () => {
  const government = teamsResourceOf("https://login.microsoftonline.us");
  const check = (aud: string, resource: string) =>
    checkTeamsToken(jwt(claims({ aud })), caller, now, undefined, resource).ok;

  it("is that of the authority's cloud, and no other cloud's", () => {
    const worldwide = teamsResourceOf("https://login.microsoftonline.com");
    expect(check(government, government)).toBe(true);
    expect(check(worldwide, government)).toBe(false);
    expect(check(government, worldwide)).toBe(false);
    expect(check("1fd5118e-2576-4263-8130-9503064c837a", government)).toBe(true);
  });
});

describe("a refusal", () => {
  it.each([
    ["malformed", "(form: size or characters)", "teams-token-malformed"],
    ["wrong-audience", "aud", "teams-token-wrong-audience"],
  ] as const)("%s names the field %s and the problem %s", (reason, field, problem) => {
    expect(teamsTokenRefusals[reason]).toEqual({ field, problem });
  });
});
