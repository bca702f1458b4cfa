// The calling service, with a WebSocket client and without a browser.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import WebSocket from "ws";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { acsToken, connect, connectAs, speaking } from "./calling-client.ts";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

const daily = { meetingId: "212345678901", passcode: "daily1" };

it("two users join a meeting by ID and by link, see each other, and exchange signals", async () => {
  const ada = await connectAs(emulator, "ada");
  const bruno = await connectAs(emulator, "bruno");
  const adasLeg = ada.join(daily);
  expect(await ada.call(() => true)).toMatchObject({
    leg: adasLeg,
    state: "Connected",
    role: "Organizer",
    participants: [],
  });
  const { meetingLink } = emulator.calls().meetings[0] ?? { meetingLink: "" };
  bruno.join({ meetingLink });
  const seen = await ada.call(({ participants }) => participants.length === 1);
  expect(seen.participants[0]).toMatchObject({ displayName: "Bruno Okafor", state: "Connected", role: "Presenter" });
  const { self } = await bruno.call(({ participants }) => participants[0]?.displayName === "Ada Ferrante");
  const signal = { description: { type: "offer", sdp: "v=0" } } as const;
  ada.send({ type: "signal", leg: adasLeg, to: self, signal });
  expect(await bruno.next("signal")).toMatchObject({ from: seen.self, signal });
  ada.send({ type: "hang-up", leg: adasLeg, forEveryone: true });
  expect(await bruno.next("ended")).toMatchObject({ code: 0, subCode: 4097 });
});

it("calls a user, who answers on one of two devices", async () => {
  const ada = await connectAs(emulator, "ada");
  const bruno = await connectAs(emulator, "bruno");
  const other = await connectAs(emulator, "bruno");
  const leg = randomUUID();
  ada.send({ type: "start", leg, users: [`8:orgid:${emulator.user("bruno").oid}`], media: speaking });
  expect(await ada.call(() => true)).toMatchObject({ state: "Ringing" });
  const { ring, caller } = await bruno.next("ring");
  expect(caller.displayName).toBe("Ada Ferrante");
  await other.next("ring");
  bruno.send({ type: "accept", leg: randomUUID(), ring, media: speaking });
  expect(await other.next("ring-ended")).toMatchObject({ code: 487, subCode: 10003 });
  await ada.call(({ state }) => state === "Connected");
  bruno.close();
  expect(await ada.next("ended")).toMatchObject({ leg, code: 0, subCode: 0 });
});

it("a regenerated access key ends the call and the connection", async () => {
  const ada = await connectAs(emulator, "ada");
  const leg = ada.join(daily);
  await ada.call(() => true);
  emulator.regenerateAccessKey("primary");
  expect(await ada.next("ended")).toMatchObject({ leg, code: 401, subCode: 10009 });
  expect(await ada.next("refused")).toMatchObject({ code: 401, subCode: 10009 });
  expect(await ada.closed).toBe(4003);
});

it("refuses a text that is no token, and one that ended", async () => {
  const stranger = await connect(emulator);
  stranger.send({ type: "hello", token: "opaque" });
  expect(await stranger.next("refused")).toMatchObject({ code: 403, subCode: 40229 });
  const token = await acsToken(emulator, "ada");
  emulator.clock.move(86_400);
  const late = await connect(emulator);
  late.send({ type: "hello", token });
  expect(await late.next("refused")).toMatchObject({ code: 401, subCode: 40235 });
});

it("lists the meetings for the owner of a token, for pages of any origin", async () => {
  const list = async (token: string) => {
    const headers = { authorization: `Bearer ${token}`, origin: "https://page.example" };
    const response = await fetch(`${emulator.origin}/calling/meetings`, { headers });
    return [response.status, response.headers.get("access-control-allow-origin"), await response.json()];
  };
  const [status, origin, body] = await list(await acsToken(emulator, "dana"));
  expect([status, origin]).toEqual([200, "*"]);
  expect(body).toEqual({
    meetings: [
      {
        name: "daily",
        title: "Daily stand-up",
        meetingLink: expect.stringMatching(
          /^https:\/\/teams\.microsoft\.com\/l\/meetup-join\/19%3Ameeting_[\w-]+%40thread\.v2\/0\?context=%7B%22Tid%22/,
        ),
        meetingId: "212345678901",
        passcode: "daily1",
      },
    ],
  });
  expect(await list("opaque")).toMatchObject([401, "*", { error: { code: "EmulatorUnauthorized" } }]);
});

it("writes connections and calls to the request log, without tokens", async () => {
  const ada = await connectAs(emulator, "ada");
  const leg = ada.join(daily);
  await ada.call(() => true);
  ada.send({ type: "hang-up", leg, forEveryone: false });
  await ada.ended(leg);
  const stranger = await connect(emulator);
  stranger.send({ type: "hello", token: "secret-token" });
  await stranger.closed;
  const entries = emulator.requests.filter(({ operation }) => operation === "calling");
  const shown = entries.map(({ method, status, asked, reason }) => [method, status, asked ?? "", reason ?? ""]);
  expect(shown).toEqual(
    expect.arrayContaining([
      ["GET", 101, "Ada Ferrante", ""],
      ["join", 200, "Ada Ferrante joins daily", ""],
      ["end", 200, "Ada Ferrante", "0/0"],
      ["GET", 403, "", "403/40229: This is not an access token of Azure Communication Services."],
    ]),
  );
  const text = JSON.stringify([emulator.requests, emulator.calls()]);
  expect(text).not.toContain("secret-token");
  expect(text).not.toMatch(/eyJ/);
  // A request is a connection: Ada's and the one of the stranger.
  expect(emulator.requestCount("calling")).toBe(2);
});

it("refuses other paths and foreign hosts before a WebSocket opens", async () => {
  const statusOf = (path: string, host: string) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${emulator.origin.replace("http", "ws")}${path}`, { headers: { host } });
      socket.on("unexpected-response", (_request, { statusCode }) => resolve(statusCode ?? 0));
      socket.on("open", () => resolve(101));
      socket.on("error", () => undefined);
    });
  expect(await statusOf("/calling", "localhost")).toBe(101);
  expect(await statusOf("/elsewhere", "localhost")).toBe(404);
  expect(await statusOf("/calling", "rebound.example")).toBe(403);
});
