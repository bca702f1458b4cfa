// One exchange by the real SDK and the real transport, with the emulator as ACS. How the errors' codes are read that no
// emulator can cause is in failure.test.ts; what callers see of bad certificates, in test/faults-of-tls.test.ts.
import { inspect } from "node:util";
import { type Fault, startEmulator, type TlsProblem } from "@teams-token-exchange/emulator";
import { afterAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { accessKeyCredential } from "./acs-connection.ts";
import { createAcsIdentity } from "./acs-identity.ts";
import { createTransport } from "./transport.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";
const emulator = await startEmulator({ tlsPort: 0 });
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

const exchange = {
  teamsToken: "teams-token",
  caller: {
    clientId: "dddddddd-4444-4444-8444-444444444444",
    objectId: "eeeeeeee-5555-4555-8555-555555555555",
    tenantId: "aaaaaaaa-1111-4111-8111-111111111111",
    roles: [],
  },
};

/** One exchange with the ACS at this address. */
function exchangeAt(endpoint: string, signal = new AbortController().signal) {
  const transport = createTransport(endpoint, 1);
  onTestFinished(() => transport.close());
  const identity = createAcsIdentity({
    endpoint,
    credential: accessKeyCredential([Buffer.alloc(32).toString("base64")]),
    transport,
    allowInsecureConnection: true,
    onUnknownTokenForm: () => {},
    now: Date.now,
  });
  return identity.exchangeTeamsToken(exchange, signal);
}

function exchangeUnder(fault: Fault, signal?: AbortSignal) {
  emulator.addFault({ operation, fault });
  return exchangeAt(emulator.origin, signal);
}
const refused = (status: number, code: string): Fault => ({
  kind: "status",
  status,
  headers: { "ms-cv": "abc.1" },
  body: { json: { error: { code, message: "x" } } },
});

const longHead = `HTTP/1.1 200 OK\r\nx-long: ${"x".repeat(20_000)}\r\n\r\n`;
const advised = (code: string) =>
  expect.stringMatching(new RegExp(`^Cannot call ACS at localhost:\\d+${code && ` \\(${code}\\)`}\\. `));
it.each<[string, Fault, string, string?]>([
  ["is reset", { kind: "reset", when: "beforeHeaders" }, "unavailable", "ECONNRESET"],
  ["ends without an answer", { kind: "raw", bytes: "" }, "unavailable", "UND_ERR_SOCKET"],
  [
    "is answered with headers without measure",
    { kind: "raw", bytes: longHead },
    "bad-response",
    "UND_ERR_HEADERS_OVERFLOW",
  ],
  ["is answered with what is not HTTP", { kind: "raw", bytes: "hello\r\n\r\n" }, "bad-response", ""],
  ["is answered with what is no JSON", { kind: "status", status: 200, body: "<html>" }, "bad-response"],
  ["breaks off in its answer", { kind: "raw", bytes: "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{" }, "bad-response"],
])("a call that %s fails with the reason for it", async (_name, fault, reason, code) => {
  expect(await exchangeUnder(fault)).toEqual({
    ok: false,
    reason,
    advice: code === undefined ? undefined : advised(code),
  });
  expect(emulator.requests).toMatchObject([{ operation, fault: fault.kind }]);
});

it("a call to a closed port is unavailable", async () => {
  // acs-01
  const gone = await startEmulator();
  await gone.close();
  expect(await exchangeAt(gone.origin)).toEqual({ ok: false, reason: "unavailable", advice: advised("ECONNREFUSED") });
});

it.each<[string, TlsProblem | undefined, string]>([
  ["a certificate of a CA that nobody has to trust", undefined, "NODE_EXTRA_CA_CERTS"],
  ["a certificate that vouches for itself", "selfSigned", "NODE_EXTRA_CA_CERTS"],
  ["TLS 1.1 as the only version", "oldVersion", "TLS cannot be used"],
  ["plain http instead of a handshake", "plainHttp", "TLS cannot be used"],
])("a call that meets %s is tls, and no token is sent", async (_name, problem, remedy) => {
  // acs-06 to acs-09
  if (problem) emulator.addFault({ operation: "tls", fault: { kind: "tls", problem } });
  expect(await exchangeAt(emulator.httpsOrigin ?? "")).toEqual({
    ok: false,
    reason: "tls",
    advice: expect.stringContaining(remedy),
  });
  expect(emulator.requestCount(operation)).toBe(0);
});

it("a call that is aborted is a timeout", async () => {
  const caller = new AbortController();
  const outcome = exchangeUnder({ kind: "hang" }, caller.signal);
  await expect.poll(() => emulator.requests, { interval: 1 }).toMatchObject([{ fault: "hang" }]);
  caller.abort();
  expect(await outcome).toEqual({ ok: false, reason: "timeout" });
});

it.each([
  ["Denied", "own-key-refused", expect.stringContaining("ACS_CONNECTION_STRING")],
  ["InvalidAccessToken", "refused", undefined],
] as const)("a 401 with the code %s is %s, with the MS-CV for the support", async (code, reason, advice) => {
  const outcome = await exchangeUnder(refused(401, code));
  expect(outcome).toEqual({ ok: false, reason, status: 401, acsCode: code, msCv: "abc.1", advice });
});

it("never lets the SDK's error out, which carries the Teams token", async () => {
  const outcome = await exchangeUnder(refused(403, "X"));
  expect(outcome.ok).toBe(false);
  // Also what an error hides from JSON and from logs.
  const everything = inspect(outcome, { depth: 9, showHidden: true, customInspect: false });
  expect(everything).not.toContain("teams-token");
});
