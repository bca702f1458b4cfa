// The states of calls between users and with phones, as each participant sees them.
// States: https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls#check-call-properties
// Codes: https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { type CallingClient, connectAs, connected, rawId, sees, speaking } from "./calling-client.ts";

let emulator: Emulator;
let ada: CallingClient;
let bruno: CallingClient;
let dana: CallingClient;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(async () => {
  emulator.reset();
  [ada, bruno, dana] = await Promise.all([
    connectAs(emulator, "ada"),
    connectAs(emulator, "bruno"),
    connectAs(emulator, "dana"),
  ]);
});

const id = (user: string) => rawId(emulator, user);

/** Ada calls Bruno, who answers. */
async function callBruno() {
  const adas = ada.start(id("bruno"));
  const brunos = await bruno.accept();
  await Promise.all([connected(ada, adas), connected(bruno, brunos)]);
  return { adas, brunos };
}

describe("a call from user to user", () => {
  it.each<[string, () => Promise<unknown>, { caller: string[]; callee?: string[]; ring?: string }]>([
    [
      "is answered, and the callee hangs up",
      async () => bruno.send({ type: "hang-up", leg: await bruno.accept(), forEveryone: false }),
      { caller: ["Ringing", "Connected", "ended 0/0"] },
    ],
    [
      "is declined",
      async () => bruno.send({ type: "reject", ring: (await bruno.next("ring")).ring }),
      { caller: ["Ringing", "ended 603/0"], ring: "603/0" },
    ],
    [
      "is not answered in time",
      async () => {
        await bruno.next("ring");
        emulator.clock.move(119);
        emulator.clock.move(1);
      },
      { caller: ["Ringing", "ended 487/10004"], ring: "487/10004" },
    ],
    [
      "is given up by the caller",
      async () => {
        const { leg } = await ada.call(({ state }) => state === "Ringing");
        ada.send({ type: "hang-up", leg, forEveryone: false });
      },
      { caller: ["Ringing", "ended 487/0"], ring: "487/0" },
    ],
  ])("%s", async (_name, happen, expected) => {
    const leg = ada.start(id("bruno"));
    await happen();
    await ada.ended(leg);
    expect(ada.states(leg)).toEqual(expected.caller);
    if (expected.ring === undefined) return;
    const { code, subCode } = await bruno.next("ring-ended");
    expect(`${code}/${subCode}`).toBe(expected.ring);
  });

  it("rings as long as the setting says", async () => {
    emulator.settings.calling = { ringSeconds: 5 };
    const leg = ada.start(id("bruno"));
    await bruno.next("ring");
    emulator.clock.move(5);
    expect(await ada.ended(leg)).toBe("487/10004");
  });

  it("to a user without an agent ends at once", async () => {
    const leg = ada.start(id("chen"));
    expect(await ada.ended(leg)).toBe("480/10037");
  });

  it("to oneself is refused", async () => {
    expect(await ada.ended(ada.start(id("ada")))).toBe("400/0");
  });

  it("stops ringing on the other devices of the callee when one answers, and when one declines", async () => {
    const other = await connectAs(emulator, "bruno");
    const first = ada.start(id("bruno"));
    await other.next("ring");
    await bruno.accept();
    expect(await other.next("ring-ended")).toMatchObject({ code: 487, subCode: 10003 });
    ada.send({ type: "hang-up", leg: first, forEveryone: false });
    const second = ada.start(id("bruno"));
    const { ring } = await bruno.next("ring");
    await other.next("ring");
    other.send({ type: "reject", ring });
    expect(await bruno.next("ring-ended")).toMatchObject({ code: 603, subCode: 0 });
    expect(await ada.ended(second)).toBe("603/0");
    bruno.send({ type: "accept", leg: second, ring, media: speaking });
    expect(await bruno.ended(second)).toBe("487/10003");
  });

  it("can be neither answered nor declined by somebody else", async () => {
    const leg = ada.start(id("bruno"));
    const { ring } = await bruno.next("ring");
    dana.send({ type: "reject", ring });
    dana.send({ type: "accept", leg, ring, media: speaking });
    expect(await dana.ended(leg)).toBe("487/10003");
    bruno.send({ type: "accept", leg: randomUUID(), ring, media: speaking });
    await connected(ada, leg);
  });

  it("rings a device that connects later", async () => {
    ada.start(id("bruno"));
    await bruno.next("ring");
    bruno.close();
    const reloaded = await connectAs(emulator, "bruno");
    const leg = await reloaded.accept();
    await connected(reloaded, leg);
  });

  it("ends when the last device of the callee stays away", async () => {
    emulator.clock.freeze();
    const leg = ada.start(id("bruno"));
    await bruno.next("ring");
    bruno.close();
    await bruno.closed;
    const ended = ada.ended(leg);
    emulator.clock.move(9);
    const answered = ada.ask((request) => ({ type: "mute-others", leg, request })).then(() => "rings");
    expect(await Promise.race([ended, answered])).toBe("rings");
    await expect
      .poll(() => {
        emulator.clock.move(1);
        return Promise.race([ended, "rings"]);
      })
      .toBe("480/10037");
  });

  it("both users call each other at once: both calls ring, and one is enough", async () => {
    const [adas, brunos] = [ada.start(id("bruno")), bruno.start(id("ada"))];
    const accepted = await ada.accept();
    await bruno.next("ring");
    await Promise.all([connected(ada, accepted), connected(bruno, brunos)]);
    ada.send({ type: "hang-up", leg: adas, forEveryone: false });
    expect(await bruno.next("ring-ended")).toMatchObject({ code: 487, subCode: 0 });
    expect(ada.states(accepted)).toEqual(["Connected"]);
  });

  it("a second call rings during a call, and the first can be held", async () => {
    const { adas, brunos } = await callBruno();
    dana.start(id("ada"));
    await ada.next("ring");
    ada.send({ type: "media", leg: adas, media: { ...speaking, held: true } });
    await bruno.call(({ leg, participants }) => leg === brunos && participants[0]?.media.held === true);
  });

  it("a phone answers after a moment and is put out of the call", async () => {
    const leg = ada.start("4:+14255550123");
    const { id: participant } = await sees(ada, leg, "+14255550123", "Ringing");
    emulator.clock.move(2);
    await sees(ada, leg, "+14255550123", "Connected");
    ada.send({ type: "remove", leg, participant, request: 1 });
    expect(await ada.ended(leg)).toBe("0/0");
  });
});

describe("a call with several users", () => {
  it("goes on with those who answer, and shows why others are missing", async () => {
    const leg = ada.start(id("bruno"), id("dana"), id("chen"));
    await sees(ada, leg, "Chen Lindqvist", "Disconnected").then(({ end }) =>
      expect(end).toEqual({ code: 480, subCode: 10037 }),
    );
    const { ring, isGroup } = await dana.next("ring");
    expect(isGroup).toBe(true);
    const brunos = await bruno.accept();
    dana.send({ type: "reject", ring });
    expect((await sees(ada, leg, "Dana Petrov", "Disconnected")).end).toEqual({ code: 603, subCode: 0 });
    await sees(bruno, brunos, "Ada Ferrante", "Connected");
  });

  it("ends with 487/10024 when everybody declines", async () => {
    const leg = ada.start(id("bruno"), id("dana"));
    for (const client of [bruno, dana]) client.send({ type: "reject", ring: (await client.next("ring")).ring });
    expect(await ada.ended(leg)).toBe("487/10024");
  });

  it("takes a third user who is added, once", async () => {
    const { adas, brunos } = await callBruno();
    const add = () => ada.ask((request) => ({ type: "add", leg: adas, user: id("dana"), request }));
    expect(await add()).toBe("done");
    expect(await add()).toBe("400: This user is in the call already.");
    await dana.accept();
    await sees(bruno, brunos, "Dana Petrov", "Connected");
    ada.send({ type: "hang-up", leg: adas, forEveryone: false });
    expect((await sees(bruno, brunos, "Ada Ferrante", "Disconnected")).end).toEqual({ code: 0, subCode: 0 });
    expect(bruno.states(brunos)).toEqual(["Connected"]);
  });
});
