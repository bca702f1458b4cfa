import { describe, expect, it } from "vitest";
import { readClaims } from "./jws.ts";

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("the claims of a token", () => {
  it("are its second part of three", () => {
    expect(readClaims(`${part({ alg: "x" })}.${part({ oid: "1", name: "Zoë" })}.c2ln`)).toEqual({
      oid: "1",
      name: "Zoë",
    });
  });

  it.each([
    ["one part", part({ oid: "1" })],
    ["two parts", `a.${part({ oid: "1" })}`],
    ["four parts", `a.${part({ oid: "1" })}.b.c`],
    ["five parts, which are encrypted", `a.${part({ oid: "1" })}.b.c.d`],
    ["a part that is no JSON", "a.abc.c"],
    ["an empty part", "a..c"],
    ["a list", `a.${part([1])}.c`],
    ["a text", `a.${part("oid")}.c`],
    ["null", `a.${part(null)}.c`],
  ])("are not to be read in %s", (_what, token) => {
    expect(readClaims(token)).toBeUndefined();
  });
});
