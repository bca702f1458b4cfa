// The control API for meetings and calls, over HTTP and in the same process.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { acsToken, type CallingClient, connect, connectAs, rawId } from "./calling-client.ts";

let emulator: Emulator;
let ada: CallingClient;
let bruno: CallingClient;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(async () => {
  emulator.reset();
  [ada, bruno] = await Promise.all([connectAs(emulator, "ada"), connectAs(emulator, "bruno")]);
});

const daily = { meetingId: "212345678901", passcode: "daily1" };

async function control(action: string, input: object = {}) {
  const response = await fetch(`${emulator.origin}/emulator/api/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: await response.json() };
}

async function joinDaily(client: CallingClient): Promise<string> {
  const leg = client.join(daily);
  await client.call((call) => call.leg === leg);
  return leg;
}

it("creates a meeting that can be joined, exported and imported", async () => {
  const created = await control("create-meeting", { name: "review", organizer: "bruno", title: "Review" });
  expect(created).toMatchObject({
    status: 200,
    body: { name: "review", lobbyBypass: "organization", title: "Review" },
  });
  const { meetingLink, meetingId, passcode, organizerOid } = created.body;
  expect(organizerOid).toBe(emulator.user("bruno").oid);
  const exported = await emulator.exportState();
  emulator.reset();
  expect(emulator.calls().meetings.map(({ name }) => name)).toEqual(["daily"]);
  await emulator.importState(exported);
  const back = await connectAs(emulator, "bruno");
  for (const locator of [{ meetingLink }, { meetingId, passcode }]) {
    const leg = back.join(locator);
    expect(await back.call((call) => call.leg === leg)).toMatchObject({ state: "Connected", role: "Organizer" });
  }
});

it("lists who is where", async () => {
  await joinDaily(ada);
  ada.start("4:+14255550123");
  await expect.poll(() => emulator.calls().calls).toHaveLength(2);
  const { status, body } = await control("calls");
  expect(status).toBe(200);
  expect(body).toEqual(emulator.calls());
  expect(body).toMatchObject({
    meetings: [{ name: "daily", meetingLink: expect.stringContaining("/l/meetup-join/") }],
    calls: [
      {
        meeting: "daily",
        recording: false,
        participants: [{ displayName: "Ada Ferrante", state: "Connected", muted: false }],
      },
      { participants: [{ state: "Ringing" }, { displayName: "+14255550123", state: "Ringing" }] },
    ],
    delayMilliseconds: 0,
  });
  expect(body.connected.toSorted()).toEqual([rawId(emulator, "ada"), rawId(emulator, "bruno")]);
});

describe("an action", () => {
  it("admits and removes participants, by user name or for the whole meeting", async () => {
    const dana = await connectAs(emulator, "dana");
    const first = await joinDaily(dana);
    expect(await control("admit-participant", { participant: "dana" })).toMatchObject({ body: { admitted: 1 } });
    await dana.call((call) => call.leg === first && call.state === "Connected");
    expect(await control("remove-participant", { participant: "dana" })).toMatchObject({ body: { done: true } });
    expect(await dana.ended(first)).toBe("0/5300");
    const second = await joinDaily(dana);
    expect((await control("admit-participant", { call: "daily" })).body).toEqual({ admitted: 1 });
    await dana.call((call) => call.leg === second && call.state === "Connected");
  });

  it("ends a meeting for everyone, and it can be joined again", async () => {
    const leg = await joinDaily(ada);
    await control("end-meeting", { meeting: "daily" });
    expect(await ada.ended(leg)).toBe("0/4097");
    await joinDaily(ada);
  });

  it("rings a user with an emulated caller", async () => {
    const { body } = await control("ring-user", { user: "ada", callerName: "Front desk" });
    const { ring, caller, callId } = await ada.next("ring");
    expect([caller, callId]).toEqual([{ rawId: "4:+14255550100", displayName: "Front desk" }, body.call]);
    ada.send({
      type: "accept",
      leg: "answered",
      ring,
      media: { muted: false, video: false, screen: false, held: false },
    });
    const { participants } = await ada.call(({ leg, state }) => leg === "answered" && state === "Connected");
    expect(participants).toMatchObject([{ displayName: "Front desk", state: "Connected" }]);
    await control("end-call", { call: body.call, code: 0, subCode: 560_000 });
    expect(await ada.ended("answered")).toBe("0/560000");
  });

  it("ends a call with any code, for one participant or for all", async () => {
    const [adas, brunos] = [await joinDaily(ada), await joinDaily(bruno)];
    await control("end-call", { participant: "bruno", code: 410, subCode: 301_005 });
    expect(await bruno.ended(brunos)).toBe("410/301005");
    await ada.call(({ participants }) => participants[0]?.end?.subCode === 301_005);
    await control("end-call", { call: "daily", code: 500, subCode: 0 });
    expect(await ada.ended(adas)).toBe("500/0");
    const ringing = ada.start(rawId(emulator, "bruno"));
    await bruno.next("ring");
    emulator.endCall({ participant: "bruno", code: 486, subCode: 0 });
    expect(await ada.ended(ringing)).toBe("486/0");
  });

  it("turns recording and transcription on", async () => {
    await joinDaily(ada);
    await control("change-call", { call: "daily", recording: true });
    await ada.call(({ recording, transcription }) => recording && !transcription);
    emulator.changeCall({ call: "daily", recording: false, transcription: true });
    await ada.call(({ recording, transcription }) => !recording && transcription);
  });

  it("drops the network of a user for some seconds of the clock", async () => {
    const leg = await joinDaily(bruno);
    emulator.clock.freeze();
    await control("drop-network", { user: "bruno", seconds: 5 });
    expect(await bruno.closed).toBe(1006);
    const token = await acsToken(emulator, "bruno");
    const early = await connect(emulator);
    early.send({ type: "hello", token, legs: [leg] });
    expect(await early.closed).toBe(1006);
    expect(early.received).toEqual([]);
    await connectAs(emulator, "dana");
    emulator.clock.move(5);
    const back = await connect(emulator);
    back.send({ type: "hello", token, legs: [leg] });
    expect(await back.call((call) => call.leg === leg)).toMatchObject({ state: "Connected" });
  });

  it("delays signalling, and keeps the order", async () => {
    await joinDaily(ada);
    const before = performance.now();
    emulator.delaySignalling({ milliseconds: 120 });
    emulator.changeCall({ call: "daily", recording: true });
    emulator.delaySignalling({ milliseconds: 0 });
    emulator.changeCall({ call: "daily", recording: false });
    await ada.call(({ recording }) => recording);
    expect(performance.now() - before).toBeGreaterThan(100);
    await ada.call(({ recording }) => !recording);
    const seen = ada.received.flatMap((message) => (message.type === "call" ? [message.call.recording] : []));
    expect(seen).toEqual([false, true, false]);
  });

  it.each<[string, object, string]>([
    ["create-meeting", { name: "x" }, "organizer must be a text"],
    ["create-meeting", { name: "daily", organizer: "ada" }, 'name "daily" is taken'],
    ["create-meeting", { name: "x", organizer: "nobody" }, 'no user "nobody"; known: ada'],
    ["create-meeting", { name: "x", organizer: "ada", meetingId: "212345678901" }, "duplicate meeting 212345678901"],
    ["create-meeting", { name: "x", organizer: "ada", meetingId: "12" }, "meetingId must be 9 to 16 digits"],
    [
      "create-meeting",
      { name: "x", organizer: "ada", lobby: "no" },
      "lobby is not a member of the input. Known members",
    ],
    ["end-meeting", { meeting: "weekly" }, 'no meeting "weekly"; known: daily'],
    ["admit-participant", {}, "needs either call"],
    ["admit-participant", { call: "daily" }, 'nobody is in the meeting "daily"'],
    ["admit-participant", { participant: "ada" }, 'no participant "ada"'],
    ["remove-participant", { participant: "" }, "participant must be a text that is not empty"],
    ["ring-user", { user: "chen" }, "Chen Lindqvist has no connected call agent"],
    ["ring-user", { user: "ada", callerId: "x y" }, "callerId must be a raw identifier"],
    ["end-call", { call: "daily", code: 1000, subCode: 0 }, "code must be a whole number from 0 to 999"],
    ["end-call", { call: "nowhere", code: 0, subCode: 0 }, 'no call "nowhere"'],
    ["end-call", { call: "a", participant: "b", code: 0, subCode: 0 }, "needs either call"],
    ["change-call", { call: "daily", recording: "yes" }, "recording must be true or false"],
    ["drop-network", { user: "ada", seconds: -1 }, "seconds must be a whole number"],
    ["delay-signalling", { milliseconds: 60_001 }, "milliseconds must be a whole number from 0 to 60000"],
    ["settings", { calling: { ringSecond: 1 } }, "calling.ringSecond is not a member of calling"],
  ])("%s refuses %j", async (action, input, message) => {
    const before = [await emulator.exportState(), emulator.calls()];
    const { status, body } = await control(action, input);
    expect(status).toBe(400);
    expect(body.error.message).toContain(message);
    expect([await emulator.exportState(), emulator.calls()]).toEqual(before);
  });

  it("refuses a user who takes part twice, and names what to use instead", async () => {
    await joinDaily(ada);
    await joinDaily(ada);
    expect(() => emulator.removeParticipant({ participant: "ada" })).toThrow('"ada" takes part more than once');
    const [first] = emulator.calls().calls[0]?.participants ?? [];
    emulator.removeParticipant({ participant: first?.id ?? "" });
    expect(emulator.calls().calls[0]?.participants).toHaveLength(1);
  });
});

describe("a reset or an import", () => {
  it.each([
    ["reset", async () => emulator.reset()],
    ["import", async () => emulator.importState(await emulator.exportState())],
  ])("%s ends live calls and connections with a code", async (_name, run) => {
    const leg = await joinDaily(ada);
    emulator.delaySignalling({ milliseconds: 10 });
    await run();
    expect(await ada.ended(leg)).toBe("401/10009");
    expect(await ada.closed).toBe(4003);
    expect(emulator.calls()).toMatchObject({ calls: [], connected: [], delayMilliseconds: 0 });
  });
});
