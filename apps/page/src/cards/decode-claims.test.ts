import { describe, expect, it } from "vitest";
import { decodeClaims } from "./decode-claims.ts";

const base64url = (text: string) => Buffer.from(text).toString("base64url");
const jwt = (payload: string) => `${base64url("{}")}.${base64url(payload)}.c2ln`;

describe("decodeClaims", () => {
  it("formats and explains every claim", () => {
    const claims = decodeClaims(jwt('{"scp":"a b","exp":1893456000,"amr":["pwd"],"name":"Zoë"}'));
    expect(claims).toEqual([
      { name: "scp", value: "a b", meaning: "The permissions of the token" },
      { name: "exp", value: "1893456000 (2030-01-01 00:00:00 UTC)", meaning: "Not valid after this time" },
      { name: "amr", value: '["pwd"]', meaning: "" },
      { name: "name", value: "Zoë", meaning: "The user's name, for display only" },
    ]);
  });

  it("handles times that are out of range", () => {
    expect(decodeClaims(jwt('{"exp":1e300,"iat":"soon"}'))).toMatchObject([{ value: "1e+300" }, { value: "soon" }]);
  });

  it.each(["", "opaque", "a.b", "a.b.c", jwt("[]"), jwt("5"), jwt("null"), jwt("{"), `x.${btoa("\xff\xfe{}")}.y`])(
    "treats %j as opaque",
    (token) => {
      expect(decodeClaims(token)).toBeUndefined();
    },
  );
});
