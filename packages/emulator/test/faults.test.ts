// Tests every kind of fault with @azure/communication-identity, MSAL and a JWKS client.
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, type Fault, startEmulator } from "../src/start-emulator.ts";

const EXCHANGE = "CommunicationIdentity_ExchangeTeamsUserAccessToken";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
afterEach(() => emulator.clearFaults());

async function exchange({ abortSignal = new AbortController().signal, maxRetries = 0 } = {}) {
  const client = new CommunicationIdentityClient(emulator.acsConnectionString, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries, retryDelayInMs: 1 },
  });
  return client.getTokenForTeamsUser({
    teamsUserAadToken: await emulator.issueToken({ resource: "teams", user: "ada" }),
    clientId: emulator.registration("spa").appId,
    userObjectId: emulator.user("ada").oid,
    abortSignal,
  });
}

const play = (fault: Fault, times?: number) =>
  emulator.addFault({ operation: EXCHANGE, fault, ...(times === undefined ? {} : { times }) });

describe("a fault of the exchange", () => {
  it("status: is sent with its headers and body, the given number of times", async () => {
    play(
      { kind: "status", status: 503, headers: { "retry-after": "7" }, body: { json: { error: { code: "Busy" } } } },
      1,
    );
    const error = await exchange().catch((reason) => reason);
    expect(error).toMatchObject({ statusCode: 503, code: "Busy" });
    expect(error.response.headers.get("retry-after")).toBe("7");
    await expect(exchange()).resolves.toHaveProperty("token");
  });

  it("status 200 with a body: replaces the body of the service", async () => {
    play({
      kind: "status",
      status: 200,
      body: "<html>captive portal</html>",
      headers: { "content-type": "text/html" },
    });
    await expect(exchange()).resolves.not.toHaveProperty("token.length");
    emulator.clearFaults();
    play({ kind: "status", status: 200, body: '{"token":' });
    await expect(exchange()).rejects.toMatchObject({ code: "PARSE_ERROR" });
  });

  it("delay: sends the usual answer later", async () => {
    play({ kind: "delay", milliseconds: 60 });
    const started = performance.now();
    await expect(exchange()).resolves.toHaveProperty("token");
    expect(performance.now() - started).toBeGreaterThan(55);
  });

  it.each<[string, Fault]>([
    ["hang", { kind: "hang" }],
    ["hangAfterHeaders", { kind: "hangAfterHeaders" }],
    ["slowDrip of the body", { kind: "slowDrip", part: "body" }],
    ["slowDrip of the headers", { kind: "slowDrip", part: "headers" }],
  ])("%s: lasts until the client gives up", async (_name, fault) => {
    play(fault);
    await expect(exchange({ abortSignal: AbortSignal.timeout(150) })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("slowDrip at a fast pace: the whole answer arrives", async () => {
    play({ kind: "slowDrip", part: "body", millisecondsPerByte: 0 });
    await expect(exchange()).resolves.toHaveProperty("token");
  });

  it.each<[string, Fault]>([
    ["reset before the headers", { kind: "reset", when: "beforeHeaders" }],
    ["reset in the middle of the body", { kind: "reset", when: "midBody" }],
    ["truncatedBody by length", { kind: "truncatedBody" }],
    ["truncatedBody in chunks", { kind: "truncatedBody", framing: "chunked" }],
    ["raw bytes that are not HTTP", { kind: "raw", bytes: "SSH-2.0-OpenSSH_9.9\r\n" }],
    ["raw with a folded header", { kind: "raw", bytes: "HTTP/1.1 200 OK\r\nx: a\r\n b\r\n\u0000: c\r\n\r\n{}" }],
    [
      "raw with a header of a megabyte",
      { kind: "raw", bytes: { text: "HTTP/1.1 200 OK\r\nx: ".padEnd(1024, "a"), repeat: 1024 } },
    ],
  ])("%s: is a connection error", async (_name, fault) => {
    play(fault);
    const error = await exchange().catch((reason) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error.statusCode).toBeUndefined();
  });

  it("closeAfterAnswer: sends the usual answer and closes the kept-alive connection", async () => {
    play({ kind: "closeAfterAnswer" }, 1);
    await expect(exchange()).resolves.toHaveProperty("token");
    // The next request may or may not use the closed connection; a retry handles both.
    await expect(exchange({ maxRetries: 1 })).resolves.toHaveProperty("token");
  });

  it("counts requests that never get an answer", async () => {
    emulator.clearRequests();
    play({ kind: "hang" });
    const patience = new AbortController();
    const hanging = exchange({ abortSignal: patience.signal }).catch(() => undefined);
    await expect.poll(() => emulator.requestCount(EXCHANGE)).toBe(1);
    patience.abort();
    await hanging;
    // The entry is written when the emulator notices, which may be after the client gave up.
    await expect.poll(() => emulator.requests.at(-1)).toMatchObject({ operation: EXCHANGE, fault: "hang" });
  });
});

describe("a fault of the keys and of discovery", () => {
  const verify = async (timeoutDuration = 20_000) => {
    const address = `${emulator.origin}/${emulator.tenant("northwharf").id}/discovery/v2.0/keys`;
    const keySet = createRemoteJWKSet(new URL(address), { timeoutDuration });
    return jwtVerify(await emulator.issueToken({ resource: "api", user: "ada" }), keySet);
  };

  it.each<[string, Fault]>([
    ["500", { kind: "status", status: 500 }],
    ["malformed", { kind: "status", status: 200, body: "{" }],
    ["empty", { kind: "status", status: 200, body: { json: { keys: [] } } }],
    ["hanging", { kind: "hang" }],
  ])("a JWKS client rejects a key set that is %s, and recovers", async (_name, fault) => {
    emulator.addFault({ operation: "keys", fault, times: 1 });
    await expect(verify(fault.kind === "hang" ? 200 : undefined)).rejects.toBeInstanceOf(Error);
    await expect(verify()).resolves.toBeTruthy();
  });

  it("applies to discovery and every other operation with *", async () => {
    emulator.addFault({ operation: "*", fault: { kind: "status", status: 502 }, times: 1 });
    const address = `${emulator.origin}/common/v2.0/.well-known/openid-configuration`;
    expect((await fetch(address)).status).toBe(502);
    expect((await fetch(address)).status).toBe(200);
  });
});

describe("the log", () => {
  it("contains no tokens, keys or queries", async () => {
    const teamsToken = await emulator.issueToken({ resource: "teams", user: "ada" });
    await exchange();
    const text = JSON.stringify(emulator.requests);
    expect(text).not.toContain(teamsToken.slice(0, 30));
    expect(text).not.toContain("accesskey");
    expect(text).not.toContain("?");
  });
});
