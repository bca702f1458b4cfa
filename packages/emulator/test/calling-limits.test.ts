// What the calling service does with clients that misbehave, stay silent, or want too much.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import WebSocket from "ws";
import { limits } from "../src/calling-service/calls.ts";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { acsToken, type CallingClient, connect, connectAs, rawId, speaking } from "./calling-client.ts";

let emulator: Emulator;
const defaults = { ...limits };

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());
afterEach(() => void Object.assign(limits, defaults));

const daily = { meetingId: "212345678901", passcode: "daily1" };

describe("a connection is closed", () => {
  it.each<[string, string, number]>([
    ["for a text that is not JSON", "{", 4004],
    ["for JSON that is no message", "null", 4004],
    ["for an unknown type", '{"type":"toString"}', 4004],
    ["for a message before hello", JSON.stringify({ type: "reject", ring: "x" }), 4004],
    ["for hello with another member", '{"type":"hello","token":"x","admin":true}', 4004],
    ["for a message above 256 KiB", JSON.stringify({ type: "hello", token: "x".repeat(262_144) }), 1009],
  ])("%s", async (_name, text, code) => {
    const client = await connect(emulator);
    client.sendText(text);
    expect(await client.closed).toBe(code);
    expect(client.received).toEqual([]);
  });

  it.each<[string, object]>([
    ["media that is a text", { type: "media", leg: "a", media: "all" }],
    ["too many users", { type: "start", leg: "a", users: Array(51).fill("8:orgid:x"), media: speaking }],
    ["an ID with spaces", { type: "hang-up", leg: "a b", forEveryone: false }],
  ])("for %s, and its calls end", async (_name, message) => {
    const [ada, bruno] = await Promise.all([connectAs(emulator, "ada"), connectAs(emulator, "bruno")]);
    const leg = ada.join(daily);
    bruno.join(daily);
    await ada.call(({ participants }) => participants.length === 1);
    bruno.sendText(JSON.stringify(message));
    expect(await bruno.closed).toBe(4004);
    await ada.call((call) => call.leg === leg && call.participants[0]?.state === "Disconnected");
  });

  it("without a token after ten seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const silent = await connect(emulator);
      const talker = await connect(emulator);
      talker.send({ type: "hello", token: await acsToken(emulator, "ada") });
      await talker.next("ready");
      vi.advanceTimersByTime(9_999);
      expect(silent.received).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(await silent.closed).toBe(4001);
      talker.send({ type: "join", leg: "a", meeting: daily, media: speaking });
      await talker.call(() => true);
    } finally {
      vi.useRealTimers();
    }
  });
});

it("a connection that does not answer pings is cut off", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const own = await startEmulator();
  try {
    const dead = new WebSocket(`${own.origin.replace("http", "ws")}/calling`, { autoPong: false });
    const opened = new Promise((resolve) => dead.once("open", resolve));
    const closed = new Promise((resolve) => dead.once("close", resolve));
    const pinged = new Promise((resolve) => dead.once("ping", resolve));
    const alive = await connect(own);
    await opened;
    vi.advanceTimersByTime(30_000);
    await pinged;
    alive.send({ type: "hello", token: await acsToken(own, "ada") });
    await alive.next("ready");
    vi.advanceTimersByTime(30_000);
    expect(await closed).toBe(1006);
    alive.send({ type: "join", leg: "a", meeting: daily, media: speaking });
    await alive.call(() => true);
  } finally {
    vi.useRealTimers();
    await own.close();
  }
});

describe("too many", () => {
  it("connections are refused", async () => {
    limits.connections = 2;
    const open = [await connect(emulator), await connect(emulator)];
    await expect(connect(emulator)).rejects.toThrow("503");
    for (const client of open) client.close();
    await vi.waitFor(async () => (await connect(emulator)).close(), { timeout: 60_000 });
  });

  const legsOf = async (client: CallingClient, count: number) => {
    for (let index = 0; index < count; index += 1) client.join(daily);
    await expect.poll(() => emulator.calls().calls[0]?.participants.length).toBeGreaterThanOrEqual(count);
  };

  it("calls of one agent end with 503", async () => {
    const ada = await connectAs(emulator, "ada");
    await legsOf(ada, limits.callsOfAgent);
    expect(await ada.ended(ada.join(daily))).toBe("503/0");
  });

  it("calls end with 503", async () => {
    limits.calls = 1;
    const ada = await connectAs(emulator, "ada");
    await legsOf(ada, 1);
    expect(await ada.ended(ada.start("4:+14255550123"))).toBe("503/0");
  });

  it("participants of a call end with 503, and cannot be added", async () => {
    limits.participants = 2;
    const ada = await connectAs(emulator, "ada");
    const bruno = await connectAs(emulator, "bruno");
    const leg = ada.join(daily);
    await legsOf(ada, 1);
    expect(await bruno.ended(bruno.join(daily))).toBe("503/0");
    const user = rawId(emulator, "bruno");
    expect(await ada.ask((request) => ({ type: "add", leg, user, request }))).toMatch(/^400: A call has at most 2/);
  });
});

it("ignores messages about calls and rings of others, and a second call with the same ID", async () => {
  const [ada, bruno] = await Promise.all([connectAs(emulator, "ada"), connectAs(emulator, "bruno")]);
  const leg = ada.join(daily);
  await ada.call(() => true);
  bruno.send({ type: "hang-up", leg, forEveryone: true });
  bruno.send({ type: "reject", ring: randomUUID() });
  ada.send({ type: "join", leg, meeting: daily, media: speaking });
  expect(await bruno.ended(await Promise.resolve(bruno.join({ meetingId: "1" })))).toBe("404/0");
  expect(await ada.ask((request) => ({ type: "admit", leg, request }))).toBe("done");
  expect(emulator.calls().calls).toMatchObject([{ participants: [{ displayName: "Ada Ferrante" }] }]);
});
