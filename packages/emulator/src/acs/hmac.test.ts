// Tests the HMAC rules as a table, and properties that must hold for any input.
import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHmacAuthorization, type SignedRequest, SKEW_MILLISECONDS, verifyHmac } from "./hmac.ts";

const now = Date.parse("2026-01-02T03:04:05Z");
const key = Buffer.from("a key for tests only").toString("base64");
const hashOf = (body: Buffer) => createHash("sha256").update(body).digest("base64");

interface Parts {
  method?: string;
  target?: string;
  body?: string;
  date?: string;
  dateName?: "x-ms-date" | "date";
  signed?: string[];
  key?: string;
}

/** A request, signed as documented, and its Authorization header. */
function signed({
  method = "POST",
  target = "/teamsUser/:exchangeAccessToken?api-version=2023-10-01",
  ...parts
}: Parts = {}) {
  const body = Buffer.from(parts.body ?? "{}");
  const dateName = parts.dateName ?? "x-ms-date";
  const headers: Record<string, string> = {
    [dateName]: parts.date ?? new Date(now).toUTCString(),
    host: "localhost:9400",
    "x-ms-content-sha256": hashOf(body),
  };
  const names = parts.signed ?? [dateName, "host", "x-ms-content-sha256"];
  const text = `${method}\n${target}\n${names.map((name) => headers[name] ?? "").join(";")}`;
  const signature = createHmac("sha256", Buffer.from(parts.key ?? key, "base64"))
    .update(text)
    .digest("base64");
  const request: SignedRequest = { method, target, body, header: (name) => headers[name] };
  return { request, headers, authorization: `HMAC-SHA256 SignedHeaders=${names.join(";")}&Signature=${signature}` };
}

const verify = (parts: Parts) => {
  const { authorization, request } = signed(parts);
  return verifyHmac(authorization, request, [key], now);
};

describe("verifyHmac", () => {
  it.each<[string, Parts, string | true]>([
    ["accepts the SDK's order of headers", {}, true],
    ["accepts another order in SignedHeaders", { signed: ["host", "x-ms-content-sha256", "x-ms-date"] }, true],
    ["accepts date instead of x-ms-date", { dateName: "date" }, true],
    ["accepts a date at the edge of the window", { date: new Date(now - SKEW_MILLISECONDS).toUTCString() }, true],
    ["refuses a date before the window", { date: new Date(now - SKEW_MILLISECONDS - 1000).toUTCString() }, "skew"],
    ["refuses a date after the window", { date: new Date(now + SKEW_MILLISECONDS + 1000).toUTCString() }, "skew"],
    ["refuses an invalid date", { date: "yesterday" }, "skew"],
    ["refuses when the host is not signed", { signed: ["x-ms-date", "x-ms-content-sha256"] }, "header-not-signed"],
    ["refuses when the content is not signed", { signed: ["x-ms-date", "host"] }, "header-not-signed"],
    [
      "refuses when a signed header is missing",
      { signed: ["x-ms-date", "host", "x-ms-content-sha256", "x-other"] },
      "header-missing",
    ],
    ["refuses a signature with another key", { key: Buffer.from("another").toString("base64") }, "signature"],
  ])("%s", (_name, parts, expected) => {
    const verdict = verify(parts);
    expect(verdict.ok || verdict.reason).toBe(expected);
  });

  it("refuses a changed body before it checks the signature", () => {
    const { authorization, request } = signed();
    expect(verifyHmac(authorization, { ...request, body: Buffer.from("{ }") }, [key], now)).toMatchObject({
      reason: "content-hash",
    });
  });

  it("signs the raw target: an equivalent spelling is refused", () => {
    const { authorization, request } = signed({ target: "/identities/8%3Aacs%3A1?api-version=2023-10-01" });
    const respelt = { ...request, target: "/identities/8:acs:1?api-version=2023-10-01" };
    expect(verifyHmac(authorization, respelt, [key], now)).toMatchObject({ reason: "signature" });
  });

  it("finds the key that signed, among several", () => {
    const { authorization, request } = signed();
    expect(verifyHmac(authorization, request, ["AAAA", key], now)).toEqual({ ok: true, key });
  });
});

describe("properties", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 });

  it("any signed request is accepted", () => {
    fc.assert(
      fc.property(
        fc.webPath(),
        fc.string(),
        fc.constantFrom("GET", "POST", "PUT", "DELETE"),
        (target, body, method) => {
          expect(verify({ target, body, method }).ok).toBe(true);
        },
      ),
    );
  });

  it("a changed target or method is refused", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("target", "method"),
        text.filter((value) => value.length > 0),
        (part, change) => {
          const { authorization, request } = signed();
          const changed = { ...request, [part]: `${request[part as "target" | "method"]}${change}` };
          const same = changed.method.toUpperCase() === request.method && changed.target === request.target;
          expect(verifyHmac(authorization, changed, [key], now).ok).toBe(same);
        },
      ),
    );
  });

  it("the parser never throws, and a parsed header can be rebuilt", () => {
    const headerLike = fc.oneof(
      text,
      text.map((rest) => `HMAC-SHA256 SignedHeaders=${rest}`),
      text.map((rest) => `HMAC-SHA256 SignedHeaders=a;b&Signature=${rest}`),
    );
    fc.assert(
      fc.property(headerLike, (header) => {
        const parsed = parseHmacAuthorization(header);
        if (!parsed) return;
        const again = `HMAC-SHA256 SignedHeaders=${parsed.signedHeaders.join(";")}&Signature=${parsed.signature.toString("base64")}`;
        expect(again.toLowerCase()).toBe(header.toLowerCase());
      }),
    );
  });
});
