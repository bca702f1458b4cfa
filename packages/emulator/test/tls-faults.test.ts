// Tests faults of the HTTPS port with @azure/communication-identity and Node's own client.
import { Agent, request as httpsRequest } from "node:https";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { tlsProblems } from "../src/faults/fault-kinds.ts";
import { type Emulator, startEmulator, type TlsProblem } from "../src/start-emulator.ts";
import { trust } from "./trust.ts";

const CREATE = "CommunicationIdentity_Create";
let emulator: Emulator;
let origin: string;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
  origin = trust(emulator);
});
afterAll(() => emulator.close());
beforeEach(() => emulator.clearRequests());
afterEach(() => emulator.clearFaults());

const play = (problem: TlsProblem, times?: number) =>
  emulator.addFault({ operation: "tls", fault: { kind: "tls", problem }, ...(times === undefined ? {} : { times }) });

/** A client with new connections: the SDK has one pool per object of TLS options. */
function identityClient() {
  const key = emulator.acsConnectionString.split("accesskey=")[1] ?? "";
  const tlsOptions = { ca: emulator.caCertificate ?? "" };
  return new CommunicationIdentityClient(origin, { key }, { tlsOptions, retryOptions: { maxRetries: 0 } });
}

/** Sends a GET with the given agent. @returns the status, or the code of the error */
function statusBy(agent: Agent, address = origin): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const options = { agent, servername: "localhost", headers: { host: new URL(origin).host } };
    httpsRequest(`${address}/common/discovery/v2.0/keys`, options, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    })
      .on("error", ({ code }: NodeJS.ErrnoException) => resolve(code))
      .end();
  });
}

function keepAliveAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

/** Opens a TLS connection, without a server name unless one is given. */
function handshake(options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const address = { host: "127.0.0.1", port: Number(new URL(origin).port) };
    const socket = connect({ ...address, ...options }, () => resolve(socket));
    socket.on("error", reject);
    onTestFinished(() => void socket.destroy());
  });
}

/** The error of OpenSSL for each problem: its code, or a word of its message. */
const refusals: Record<Exclude<TlsProblem, "hang">, string> = {
  expired: "CERT_HAS_EXPIRED",
  notYetValid: "CERT_NOT_YET_VALID",
  wrongHost: "ERR_TLS_CERT_ALTNAME_INVALID",
  selfSigned: "DEPTH_ZERO_SELF_SIGNED_CERT",
  unknownAuthority: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  oldVersion: "alert protocol version",
  plainHttp: "wrong version number",
  close: "ECONNRESET",
};

describe("the Identity SDK", () => {
  it.each(Object.entries(refusals))("fails with %s: %s, and sends nothing", async (problem, refusal) => {
    play(problem as TlsProblem);
    const { code, message } = await identityClient()
      .createUser()
      .catch((reason) => reason);
    expect(`${code} ${message}`).toContain(refusal);
    expect(emulator.requestCount(CREATE)).toBe(0);
    expect(emulator.connections.https).toMatchObject({ accepted: 1, secured: 0 });
    emulator.clearFaults();
    await expect(identityClient().createUser()).resolves.toHaveProperty("communicationUserId");
    expect(emulator.connections.https).toMatchObject({ accepted: 2, secured: 1 });
  });

  it("waits with hang until it gives up, and then closes the connection", async () => {
    play("hang");
    const call = identityClient().createUser({ abortSignal: AbortSignal.timeout(200) });
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    await expect.poll(() => emulator.connections.https).toEqual({ accepted: 1, secured: 0, open: 0 });
  });

  it("is tested with each problem of SUPPORT.md", () => {
    expect(Object.keys({ ...refusals, hang: "" }).toSorted()).toEqual(Object.keys(tlsProblems).toSorted());
  });
});

describe("a fault of the HTTPS port", () => {
  it("applies to the given number of connections", async () => {
    play("expired", 1);
    expect(await statusBy(keepAliveAgent())).toBe("CERT_HAS_EXPIRED");
    expect(await statusBy(keepAliveAgent())).toBe(200);
  });

  it("applies to a client that kept its connection alive, and to one with a TLS session to resume", async () => {
    const agent = keepAliveAgent();
    expect(await statusBy(agent)).toBe(200);
    expect(emulator.connections.https.open).toBe(1);
    play("wrongHost");
    await expect.poll(() => Object.keys(agent.freeSockets)).toEqual([]);
    expect(await statusBy(agent)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    emulator.clearFaults();
    expect(await statusBy(agent)).toBe(200);
    expect(await statusBy(agent)).toBe(200);
  });

  it("does not affect a connection with a request in progress", async () => {
    const agent = keepAliveAgent();
    expect(await statusBy(agent)).toBe(200);
    emulator.addFault({ operation: "keys", fault: { kind: "hold" } });
    const answer = statusBy(agent);
    await expect.poll(() => emulator.requestCount("keys")).toBe(2);
    expect(emulator.connections.https.accepted).toBe(1);
    play("expired");
    emulator.clearFaults("keys");
    expect(await answer).toBe(200);
  });

  it("also applies to a client that sends no server name", async () => {
    play("selfSigned");
    const { authorizationError } = await handshake({ rejectUnauthorized: false });
    expect(authorizationError).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("oldVersion works for clients that still accept old TLS", async () => {
    play("oldVersion");
    const socket = await handshake({ minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0", servername: "localhost" });
    expect([socket.getProtocol(), socket.authorized]).toEqual(["TLSv1.1", true]);
  });

  it("plainHttp serves clients that use plain HTTP", async () => {
    play("plainHttp");
    expect((await fetch(`${origin.replace("https", "http")}/common/discovery/v2.0/keys`)).status).toBe(200);
    expect(emulator.connections.http.accepted).toBe(0);
  });

  it("is not added by *, and does not affect the HTTP port", async () => {
    emulator.addFault({ operation: "*", fault: { kind: "status", status: 418 }, times: 1 });
    expect(await statusBy(keepAliveAgent())).toBe(418);
    play("close");
    expect((await fetch(`${emulator.origin}/common/discovery/v2.0/keys`)).status).toBe(200);
  });

  it("is refused by an emulator without HTTPS", async () => {
    const other = await startEmulator();
    expect(() => other.addFault({ operation: "tls", fault: { kind: "tls", problem: "hang" } })).toThrow("needs HTTPS");
    await other.close();
  });

  it("does not stop the emulator from closing", async () => {
    const other = await startEmulator({ tlsPort: 0 });
    other.addFault({ operation: "tls", fault: { kind: "tls", problem: "hang" } });
    const answer = statusBy(keepAliveAgent(), other.httpsOrigin);
    await expect.poll(() => other.connections.https.accepted).toBe(1);
    await other.close();
    expect(await answer).toBe("ECONNRESET");
  });
});

it.each(["beforeHeaders", "midBody"] as const)("a reset %s reaches a client of the HTTPS port", async (when) => {
  emulator.addFault({ operation: "keys", fault: { kind: "reset", when } });
  const agent = keepAliveAgent();
  expect(await statusBy(agent).catch((error) => error.code)).toBe("ECONNRESET");
  await expect.poll(() => emulator.connections.https.open).toBe(0);
});
