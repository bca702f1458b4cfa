// The SDK's errors as plain data. Those that an answer or a broken connection causes are in identity.test.ts as well.
import { inspect } from "node:util";
import { RestError } from "@azure/core-rest-pipeline";
import { expect, it } from "vitest";
import { failureOf } from "./acs-failure.ts";

const nowMs = Date.parse("2026-01-01T00:00:00Z");
const coded = (code: string) => failureOf(new RestError("a text that nobody reads", { code }), nowMs);

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

it("a call that is aborted is a timeout", () => {
  const error = Object.assign(new Error(), { name: "AbortError" });
  expect(failureOf(error, nowMs)).toEqual({ ok: false, reason: "timeout" });
});

it("takes nothing of the request along, which carries the Teams token", () => {
  const error = new RestError("failed", { code: "X", request: { body: "teams-token" } as never });
  // Also what an error hides from JSON and from logs.
  const everythingIn = (value: unknown) => inspect(value, { depth: 9, showHidden: true, customInspect: false });
  expect(everythingIn(error)).toContain("teams-token");
  expect(everythingIn(failureOf(error, nowMs))).not.toContain("teams-token");
});
