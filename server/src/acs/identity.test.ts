import { createHttpHeaders, RestError } from "@azure/core-rest-pipeline";
import { expect, it } from "vitest";
import { createAcsIdentity } from "./identity.ts";
import type { Transport } from "./transport.ts";

const exchange = {
  teamsToken: "teams-token",
  clientId: "dddddddd-4444-4444-8444-444444444444",
  userObjectId: "eeeeeeee-5555-4555-8555-555555555555",
};

/** One exchange by the real SDK over a transport that does this. */
function exchangeOver(sendRequest: Transport["sendRequest"]) {
  const identity = createAcsIdentity({
    endpoint: "https://contoso.communication.azure.com",
    credential: { accessKeys: [Buffer.alloc(32).toString("base64")] },
    transport: { sendRequest, close: async () => {} },
    allowInsecureConnection: false,
    now: Date.now,
  });
  return identity.exchangeTeamsToken(exchange, new AbortController().signal);
}
const failing = (error: Error) => exchangeOver(() => Promise.reject(error));
const coded = (code: string) => failing(new RestError("a text that nobody reads", { code }));

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
] as const)("acs-01 to acs-10: a call that fails with %s is %s", async (code, reason) => {
  expect(await coded(code)).toEqual({ ok: false, reason });
});

it("a call that is aborted is a timeout", async () => {
  expect(await failing(Object.assign(new Error(), { name: "AbortError" }))).toEqual({ ok: false, reason: "timeout" });
});

it.each([
  ["Denied", "own-key-refused"],
  ["InvalidAccessToken", "refused"],
] as const)("a 401 with the code %s is %s, with the MS-CV for the support", async (code, reason) => {
  const outcome = await exchangeOver(async (request) => ({
    request,
    status: 401,
    headers: createHttpHeaders({ "content-type": "application/json", "ms-cv": "abc.1" }),
    bodyAsText: JSON.stringify({ error: { code, message: "x" } }),
  }));
  expect(outcome).toEqual({ ok: false, reason, status: 401, acsCode: code, msCv: "abc.1" });
});

it("never lets the SDK's error out, which carries the Teams token", async () => {
  const outcome = await failing(new RestError("failed", { code: "X", request: { body: "teams-token" } as never }));
  expect(JSON.stringify(outcome)).not.toContain("teams-token");
});
