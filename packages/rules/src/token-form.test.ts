import { describe, expect, it } from "vitest";
import { decodePart, isCanonicalBase64url } from "./base64url.ts";
import {
  decodeClaims,
  jwsRefusals,
  maxCallerTokenBytes,
  maxTeamsTokenBytes,
  readJws,
  tokenForm,
} from "./token-form.ts";

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const header = { alg: "RS256", kid: "key-1" };
const token = (changes: object = {}, claims: unknown = { sub: "x" }) =>
  `${part({ ...header, ...changes })}.${part(claims)}.c2ln`;

describe("a signed token", () => {
  it("is split into what is signed, its payload, its signature and the ID of its key", () => {
    const text = token();
    const [headerPart, payload, signature] = text.split(".");
    expect(readJws(text)).toEqual({
      ok: true,
      value: { keyId: "key-1", signed: `${headerPart}.${payload}`, payload, signature },
    });
  });

  it.each([
    ["not-a-jws", "no token at all", "hello"],
    ["not-a-jws", "two parts", token().split(".").slice(0, 2).join(".")],
    ["not-a-jws", "four parts", `${token()}.c2ln`],
    ["not-a-jws", "an empty signature", `${token().split(".").slice(0, 2).join(".")}.`],
    ["not-a-jws", "a character outside base64url", `${token()}=`],
    ["not-a-jws", "a line break behind it", `${token()}\n`],
    ["header-not-json", "a header that is not JSON", `bm90LWpzb24.${part({})}.c2ln`],
    ["header-not-json", "a header that is null", `${part(null)}.${part({})}.c2ln`],
    ["header-not-json", "a header that is a number", `${part(7)}.${part({})}.c2ln`],
    ["algorithm-wrong", "another algorithm", token({ alg: "HS256" })],
    ["algorithm-wrong", "no signature algorithm", token({ alg: "none" })],
    ["extension-unknown", "a critical extension", token({ crit: ["exp"] })],
    ["extension-unknown", "an unencoded payload", token({ b64: false })],
    ["key-unknown", "no key ID", token({ kid: undefined })],
    ["key-unknown", "a key ID that is not text", token({ kid: 1 })],
  ])("is refused as %s if it has %s", (reason, _what, text) => {
    expect(readJws(text)).toEqual({ ok: false, reason });
  });

  it("has a field to name for every refusal", () => {
    expect(Object.values(jwsRefusals)).toEqual([
      "(form: not a signed JSON Web Token)",
      "(form: not a signed JSON Web Token)",
      "alg (header)",
      "crit (header)",
      "kid (header)",
    ]);
  });

  it("may have 16 KB if it is the caller's, and 8 KB otherwise", () => {
    expect([maxCallerTokenBytes, maxTeamsTokenBytes]).toEqual([16_384, 8192]);
  });
});

describe("a part", () => {
  it("is decoded as UTF-8, with the alphabet of base64url", () => {
    const value = { name: "Zoë", marks: "???>>>~~~" };
    expect(decodePart(part(value))).toEqual(value);
  });

  it.each(["", "%", "bm90LWpzb24"])("that is not base64url of JSON is undefined: %j", (text) => {
    expect(decodePart(text)).toBeUndefined();
  });
});

describe("claims", () => {
  it("are read from the middle part", () => expect(decodeClaims(token({}, { aud: "a" }))).toEqual({ aud: "a" }));

  it.each([
    ["an opaque reference", "opaque-reference"],
    ["two parts", "a.b"],
    ["four parts", `${token()}.x`],
    ["a list", token({}, [1])],
    ["null", token({}, null)],
    ["a text", token({}, "x")],
    ["a payload that is not JSON", "e30.bm90LWpzb24.c2ln"],
  ])("are undefined for %s", (_what, text) => expect(decodeClaims(text)).toBeUndefined());
});

describe("base64url", () => {
  it.each(["c2ln", "AA", "_-8", "AQID"])("%s is canonical", (text) => expect(isCanonicalBase64url(text)).toBe(true));
  it.each(["AB", "c2lnbmF0dXJ", "A", "AA=", "A+A", "a b"])("%s is not", (text) =>
    expect(isCanonicalBase64url(text)).toBe(false),
  );
});

describe("the alphabet of tokens", () => {
  it.each(["abc", "a.b-c_d~e+f/g==", "opaque-1"])("allows %s", (text) => expect(tokenForm.test(text)).toBe(true));
  it.each(["", "a b", "a\nb", "=a", "a=b", "é", "a\n"])("does not allow %j", (text) =>
    expect(tokenForm.test(text)).toBe(false),
  );
});
