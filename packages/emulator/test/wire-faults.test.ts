// Tests faults byte by byte, and faults that delay requests, with fetch and Node's own client.
import { Agent, get } from "node:http";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type Emulator, type Fault, startEmulator } from "../src/start-emulator.ts";

let emulator: Emulator;
let keys: string;
beforeAll(async () => {
  emulator = await startEmulator();
  keys = `${emulator.origin}/common/discovery/v2.0/keys`;
  // Creating the first key takes longer than any answer.
  await (await fetch(keys)).text();
});
afterAll(() => emulator.close());
beforeEach(() => emulator.clearRequests());
afterEach(() => emulator.clearFaults());

const play = (fault: Fault, times?: number) =>
  emulator.addFault({ operation: "keys", fault, ...(times === undefined ? {} : { times }) });

const lastRequest = () => emulator.requests.at(-1);

/** Sends a GET on a new connection. @returns all bytes until the emulator closes it */
function bytesOnTheWire(): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(new URL(keys).port), "localhost", () => {
      socket.write(`GET ${new URL(keys).pathname} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    });
    socket
      .on("data", (chunk) => {
        text += chunk;
      })
      .on("end", () => resolve(text))
      .on("error", reject);
  });
}

describe("raw", () => {
  it("sends the pieces in order, byte by byte, and nothing else", async () => {
    const pieces = ["one ", { base64: "dHdvIA==" }, { json: 3 }, { pauseMilliseconds: 30 }, { text: " é", repeat: 3 }];
    play({ kind: "raw", bytes: [...pieces, Buffer.from(".")] });
    expect(await bytesOnTheWire()).toBe("one two 3 é é é.");
    expect(lastRequest()).toMatchObject({ fault: "raw", sentBytes: 19 });
    expect(lastRequest()).not.toHaveProperty("abandoned");
  });

  it.each([
    ["a pause", { bytes: ["a", { pauseMilliseconds: 100 }, "b"] }, 100],
    ["a drip", { bytes: ["abcde", "fghijk"], millisecondsPerByte: 10 }, 110],
  ])("waits with %s", async (_name, fields, milliseconds) => {
    play({ kind: "raw", ...fields });
    const from = performance.now();
    await bytesOnTheWire();
    // A timer may fire a millisecond early.
    expect(performance.now() - from).toBeGreaterThan(milliseconds - 12);
  });

  const answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";

  it("then closes the connection, resets it, or leaves it open", async () => {
    play({ kind: "raw", bytes: answer });
    expect(await bytesOnTheWire()).toBe(answer);
    emulator.clearFaults();
    play({ kind: "raw", bytes: answer, ending: "reset" });
    await expect(bytesOnTheWire()).rejects.toMatchObject({ code: "ECONNRESET" });
    emulator.clearFaults();
    play({ kind: "raw", bytes: answer, ending: "open" });
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const body = await new Promise((resolve, reject) => {
      get(keys, { agent }, (response) => response.on("data", String).on("end", () => resolve(response.complete))).on(
        "error",
        reject,
      );
    });
    expect(body).toBe(true);
    expect(Object.keys(agent.freeSockets)).toHaveLength(1);
  });

  it.each([
    ["is not HTTP/1", "<html>HTTP/0.9</html>"],
    ["has two different lengths", answer.replace("\r\n\r\n", "\r\ncontent-length: 3\r\n\r\n")],
    ["has a broken chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhi\r\n"],
    ["has a length and chunks", answer.replace("\r\n\r\n", "\r\ntransfer-encoding: chunked\r\n\r\n")],
    ["ends before its length", answer.replace("content-length: 2", "content-length: 3")],
  ])("sends an answer that %s", async (_name, bytes) => {
    play({ kind: "raw", bytes });
    await expect(fetch(keys).then((response) => response.text())).rejects.toBeInstanceOf(TypeError);
  });

  it("sends many 103 responses, and then the answer", async () => {
    play({ kind: "raw", bytes: [{ text: "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n", repeat: 1_000 }, answer] });
    expect(await (await fetch(keys)).text()).toBe("hi");
  });

  it("sends a hundred megabytes no faster than the client reads them", async () => {
    const megabytes100 = { text: "x".repeat(1_000), repeat: 100_000 };
    const head = "HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n";
    play({ kind: "raw", bytes: [head, megabytes100] });
    const response = await fetch(keys);
    await response.body?.cancel();
    await expect.poll(lastRequest).toMatchObject({ abandoned: true });
    expect(lastRequest()?.sentBytes).toBeLessThan(20_000_000);
    const whole = await (await fetch(keys)).arrayBuffer();
    expect(whole.byteLength).toBe(100_000_000);
    await expect.poll(() => lastRequest()?.sentBytes).toBe(100_000_000 + head.length);
  });
});

describe("hold", () => {
  it("sends the usual answer only after it is cleared", async () => {
    play({ kind: "hold" }, 2);
    let answered = 0;
    const held = [1, 2].map(() => fetch(keys).then(({ status }) => (answered += status)));
    await expect.poll(() => emulator.requestCount("keys")).toBe(2);
    // It is used up, so the next request is not held.
    expect((await fetch(keys)).status).toBe(200);
    expect(answered).toBe(0);
    emulator.clearFaults("keys");
    await Promise.all(held);
    expect(answered).toBe(400);
  });

  it("of another operation stays when this one is cleared", async () => {
    emulator.addFault({ operation: "discovery", fault: { kind: "hold" } });
    const address = `${emulator.origin}/common/v2.0/.well-known/openid-configuration`;
    const held = fetch(address, { signal: AbortSignal.timeout(300) });
    await expect.poll(() => emulator.requestCount("discovery")).toBe(1);
    emulator.clearFaults("keys");
    await expect(held).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("is also released by a reset", async () => {
    play({ kind: "hold" });
    const held = fetch(keys);
    await expect.poll(() => emulator.requestCount("keys")).toBe(1);
    emulator.reset();
    expect((await held).status).toBe(200);
  });
});

describe("pace", () => {
  it("answers in order, no faster than the given rate", async () => {
    play({ kind: "pace", perSecond: 50 });
    const order: number[] = [];
    const from = performance.now();
    const ask = async (index: number) => {
      expect((await fetch(keys)).status).toBe(200);
      order.push(index);
    };
    for (let index = 0; index < 5; index += 1) await ask(index);
    await Promise.all(Array.from({ length: 15 }, (_, index) => ask(5 + index)));
    expect(performance.now() - from).toBeGreaterThan(19 * 20 - 10);
    expect(order).toHaveLength(20);
    expect(lastRequest()).toMatchObject({ status: 200, fault: "pace" });
  });

  it("keeps the same pace after a quiet time", async () => {
    play({ kind: "pace", perSecond: 50 });
    await fetch(keys);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const from = performance.now();
    await Promise.all([fetch(keys), fetch(keys), fetch(keys)]);
    expect(performance.now() - from).toBeGreaterThan(2 * 20 - 5);
  });

  it("releases its queue when it is cleared", async () => {
    play({ kind: "pace", perSecond: 0.001 });
    expect((await fetch(keys)).status).toBe(200);
    const queued = [fetch(keys), fetch(keys)];
    await expect.poll(() => emulator.requestCount("keys")).toBe(3);
    emulator.clearFaults();
    for (const answer of queued) expect((await answer).status).toBe(200);
  });
});

describe("the log", () => {
  it.each<[string, Fault, number]>([
    ["hang", { kind: "hang" }, 0],
    ["hangAfterHeaders", { kind: "hangAfterHeaders" }, 1],
    ["slowDrip", { kind: "slowDrip", part: "headers", millisecondsPerByte: 20 }, 1],
  ])("notes that the client disconnected during %s", async (_name, fault, leastBytes) => {
    play(fault);
    await expect(fetch(keys, { signal: AbortSignal.timeout(200) }).then((one) => one.text())).rejects.toThrow();
    await expect.poll(lastRequest).toMatchObject({ fault: fault.kind, abandoned: true });
    expect(lastRequest()?.sentBytes).toBeGreaterThanOrEqual(leastBytes);
  });

  it("does not note this for a client that got its answer", async () => {
    play({ kind: "closeAfterAnswer" }, 1);
    for (let count = 0; count < 2; count += 1) await (await fetch(keys)).text();
    for (const request of emulator.requests) expect(request).not.toHaveProperty("abandoned");
  });
});

/** Starts an emulator that has only the connections of the test. */
async function quietEmulator() {
  const quiet = await startEmulator();
  onTestFinished(() => quiet.close());
  return { quiet, address: new URL("/common/discovery/v2.0/keys", quiet.origin) };
}

it("the log notes that the client disconnected while its request was held", async () => {
  const { quiet, address } = await quietEmulator();
  quiet.addFault({ operation: "keys", fault: { kind: "hold" }, times: 1 });
  const request = get(address, { agent: false }).on("error", () => {});
  await expect.poll(() => quiet.requestCount("keys")).toBe(1);
  request.destroy();
  await expect.poll(() => quiet.connections.http.open).toBe(0);
  quiet.clearFaults();
  await expect.poll(() => quiet.requests).toMatchObject([{ fault: "hold", abandoned: true }]);
});

it("counts open connections, and accepted ones since the log was cleared", async () => {
  const { quiet, address } = await quietEmulator();
  const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })];
  const ask = (agent: Agent) =>
    new Promise<void>((resolve, reject) => {
      get(address, { agent }, (response) => response.resume().on("end", resolve)).on("error", reject);
    });
  for (const agent of [...agents, ...agents]) await ask(agent);
  expect(quiet.connections.http).toEqual({ open: 2, accepted: 2 });
  quiet.clearRequests();
  const none = { open: 0, accepted: 0, secured: 0 };
  expect(quiet.connections).toEqual({ http: { open: 2, accepted: 0 }, https: none });
  for (const agent of agents) agent.destroy();
  await expect.poll(() => quiet.connections.http.open).toBe(0);
});
