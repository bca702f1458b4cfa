// The SDK's errors as plain data. Those that an answer or a broken connection causes are in identity.test.ts as well.
import { inspect } from "node:util";
import { RestError } from "@azure/core-rest-pipeline";
import { expect, it } from "vitest";
import { failureOf } from "./acs-failure.ts";

const context = { now: () => Date.parse("2026-01-01T00:00:00Z"), transport: { explain: () => "explained" } };
const coded = (code: string) => failureOf(new RestError("a text that nobody reads", { code }), context);

it.each([
  ["ENOTFOUND", "unavailable"],
  ["ECONNREFUSED", "unavailable"],
  ["ECONNRESET", "unavailable"],
  ["UND_ERR_SOCKET", "unavailable"],
  ["CERT_HAS_EXPIRED", "tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
  ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "tls"],
  ["UNSPECIFIED", "tls"],
  ["PARSE_ERROR", "bad-response"],
] as const)("a call that fails with %s is %s", (code, reason) => {
  // acs-01 to acs-10
  expect(coded(code)).toEqual({ ok: false, reason });
});

it("says what went wrong on the way if the transport knows it", () => {
  const error = Object.assign(new RestError("failed", { code: "ENOTFOUND" }), { cause: new Error("getaddrinfo") });
  expect(failureOf(error, context)).toEqual({ ok: false, reason: "unavailable", advice: "explained" });
});

it("names the setting if the server itself cannot sign in", () => {
  const error = Object.assign(new Error("secret AADSTS7000215: secret"), { name: "AuthenticationRequiredError" });
  const failure = failureOf(error, context);
  expect(failure).toMatchObject({ reason: "own-key-refused", advice: expect.stringContaining("ACS_ENDPOINT") });
  expect(failure.advice).toContain("AADSTS7000215");
  expect(failure.advice).not.toContain("secret");
});

it("a call that is aborted is a timeout", () => {
  const error = Object.assign(new Error(), { name: "AbortError" });
  expect(failureOf(error, context)).toEqual({ ok: false, reason: "timeout" });
});

it("takes nothing of the request along, which carries the Teams token", () => {
  const error = new RestError("failed", { code: "X", request: { body: "teams-token" } as never });
  // Also what an error hides from JSON and from logs.
  const everythingIn = (value: unknown) => inspect(value, { depth: 9, showHidden: true, customInspect: false });
  expect(everythingIn(error)).toContain("teams-token");
  expect(everythingIn(failureOf(error, context))).not.toContain("teams-token");
});
