// The states of calls and meetings, as each participant sees them, with a WebSocket client and without a browser.
// States: https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls#check-call-properties
// Codes: https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
// Lobby: https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/lobby
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { type CallingClient, connectAs, rawId, speaking } from "./calling-client.ts";

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

const daily = { meetingId: "212345678901", passcode: "daily1" };
const id = (user: string) => rawId(emulator, user);

/** Somebody sees this participant in this state. */
async function sees(client: CallingClient, leg: string, name: string, state: string) {
  const call = await client.call(
    ({ leg: one, participants, lobby }) =>
      one === leg && [...participants, ...lobby].some((other) => other.displayName === name && other.state === state),
  );
  const found = [...call.participants, ...call.lobby].find(({ displayName }) => displayName === name);
  if (!found) throw new Error("not there");
  return found;
}

const connected = (client: CallingClient, leg: string) =>
  client.call((call) => call.leg === leg && call.state === "Connected");

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

describe("a meeting", () => {
  it.each<[string, () => Promise<unknown>, string[]]>([
    [
      "admits one participant",
      async () => {
        const leg = ada.join(daily);
        const waiting = await sees(ada, leg, "Dana Petrov", "InLobby");
        expect(await ada.ask((request) => ({ type: "admit", leg, participants: [waiting.id], request }))).toBe("done");
      },
      ["InLobby", "Connected"],
    ],
    [
      "admits everyone",
      async () => {
        const leg = bruno.join(daily);
        await sees(bruno, leg, "Dana Petrov", "InLobby");
        await bruno.ask((request) => ({ type: "admit", leg, request }));
      },
      ["InLobby", "Connected"],
    ],
    [
      "rejects a participant",
      async () => {
        const leg = ada.join(daily);
        const { id: participant } = await sees(ada, leg, "Dana Petrov", "InLobby");
        await ada.ask((request) => ({ type: "reject-from-lobby", leg, participant, request }));
      },
      ["InLobby", "ended 0/5854"],
    ],
    ["forgets a participant", async () => emulator.clock.move(1_800), ["InLobby", "ended 0/5855"]],
    [
      "is ended for everyone while somebody waits",
      async () => {
        const leg = ada.join(daily);
        await sees(ada, leg, "Dana Petrov", "InLobby");
        ada.send({ type: "hang-up", leg, forEveryone: true });
      },
      ["InLobby", "ended 0/4097"],
    ],
  ])("with a lobby %s", async (_name, happen, expected) => {
    const leg = dana.join(daily);
    const waiting = await dana.call(({ state }) => state === "InLobby");
    expect([waiting.participants, waiting.role]).toEqual([[], "Attendee"]);
    await happen();
    if (expected.at(-1) === "Connected") await connected(dana, leg);
    else await dana.ended(leg);
    expect(dana.states(leg)).toEqual(expected);
  });

  it.each<["everyone" | "organization" | "organizer", string[]]>([
    ["everyone", ["Connected", "Connected", "Connected"]],
    ["organization", ["Connected", "Connected", "InLobby"]],
    ["organizer", ["Connected", "InLobby", "InLobby"]],
  ])("lets %s skip the lobby: organizer, colleague, stranger", async (lobbyBypass, expected) => {
    const { meetingLink } = emulator.createMeeting({ name: "review", organizer: "ada", lobbyBypass });
    const states = [ada, bruno, dana].map(async (client) => {
      const leg = client.join({ meetingLink });
      return (await client.call((call) => call.leg === leg)).state;
    });
    expect(await Promise.all(states)).toEqual(expected);
  });

  it.each([
    ["an unknown meeting", { meetingId: "999999999" }, "404/0"],
    ["a wrong passcode", { meetingId: "212345678901", passcode: "no" }, "403/0"],
    ["no passcode", { meetingId: "212345678901" }, "403/0"],
    [
      "another link",
      { meetingLink: "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0" },
      "404/0",
    ],
    ["a text that is no link", { meetingLink: "%E0%A4%A" }, "404/0"],
    [
      "a short link with a wrong passcode",
      { meetingLink: "https://teams.microsoft.com/meet/212345678901?p=x" },
      "403/0",
    ],
  ])("ends for %s", async (_name, meeting, expected) => {
    expect(await ada.ended(ada.join(meeting))).toBe(expected);
  });

  it("is joined by the long link, also with its characters in lower-case escapes, and by the short link", async () => {
    const { meetingLink } = emulator.calls().meetings[0] ?? { meetingLink: "" };
    const lower = meetingLink.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase());
    for (const link of [meetingLink, lower, "https://teams.microsoft.com/meet/212345678901?p=daily1"]) {
      await connected(bruno, bruno.join({ meetingLink: link }));
    }
    await connected(bruno, bruno.join({ meetingId: "212 345 678 901", passcode: "daily1" }));
  });

  it("keeps roles apart: an attendee may not admit, remove, mute, add or end for everyone", async () => {
    const adas = ada.join(daily);
    const danas = dana.join(daily);
    const { id: participant } = await sees(ada, adas, "Dana Petrov", "InLobby");
    const early = await dana.ask((request) => ({ type: "admit", leg: danas, request }));
    expect(early).toBe("403: This role may not do this in this meeting.");
    await ada.ask((request) => ({ type: "admit", leg: adas, request }));
    const { participants, lobby, self } = await connected(dana, danas);
    expect([participants[0]?.role, lobby, self]).toEqual(["Organizer", [], participant]);
    const adasId = participants[0]?.id ?? "";
    const user = id("bruno");
    for (const message of [
      { type: "admit", leg: danas },
      { type: "remove", leg: danas, participant: adasId },
      { type: "mute-others", leg: danas },
      { type: "add", leg: danas, user },
    ] as const) {
      expect(await dana.ask((request) => ({ ...message, request }))).toMatch(/^403/);
    }
    dana.send({ type: "hang-up", leg: danas, forEveryone: true });
    expect(await dana.ended(danas)).toBe("0/0");
    await sees(ada, adas, "Dana Petrov", "Disconnected");
    expect(ada.states(adas)).toEqual(["Connected"]);
  });

  it("orders raised hands; who manages lowers all, and an attendee only the own one", async () => {
    const legs = [ada.join(daily), bruno.join(daily), dana.join(daily)] as const;
    await sees(ada, legs[0], "Dana Petrov", "InLobby");
    await ada.ask((request) => ({ type: "admit", leg: legs[0], request }));
    await connected(dana, legs[2]);
    dana.send({ type: "hand", leg: legs[2], raised: true });
    await ada.call(({ participants }) => participants.some(({ hand }) => hand === 1));
    bruno.send({ type: "hand", leg: legs[1], raised: true });
    const both = await ada.call(({ participants }) => participants.filter(({ hand }) => hand).length === 2);
    expect(both.participants.map(({ displayName, hand }) => [displayName, hand])).toEqual([
      ["Bruno Okafor", 2],
      ["Dana Petrov", 1],
    ]);
    dana.send({ type: "lower-hands", leg: legs[2] });
    const one = await ada.call(({ participants }) => participants.filter(({ hand }) => hand).length === 1);
    expect(one.participants.find(({ hand }) => hand)).toMatchObject({ displayName: "Bruno Okafor", hand: 1 });
    ada.send({ type: "lower-hands", leg: legs[0] });
    await bruno.call(({ hand, participants }) => hand === undefined && participants.every((other) => !other.hand));
  });

  it("mutes others, shows their media, and removes one", async () => {
    const [adas, brunos] = [ada.join(daily), bruno.join(daily)];
    const { id: participant } = await sees(ada, adas, "Bruno Okafor", "Connected");
    bruno.send({ type: "media", leg: brunos, media: { muted: false, video: true, screen: true, held: false } });
    await ada.call(({ participants }) => participants[0]?.media.screen === true);
    await ada.ask((request) => ({ type: "mute-others", leg: adas, request }));
    await bruno.next("muted-by-other", ({ leg }) => leg === brunos);
    const gone = (request: number) => ({ type: "remove", leg: adas, participant, request }) as const;
    expect(await ada.ask(gone)).toBe("done");
    expect(await bruno.ended(brunos)).toBe("0/5300");
    expect((await sees(ada, adas, "Bruno Okafor", "Disconnected")).end).toEqual({ code: 0, subCode: 5300 });
    expect(await ada.ask(gone)).toBe("404: There is no such participant.");
  });

  it("is over when only a phone is left", async () => {
    const leg = ada.join(daily);
    await ada.ask((request) => ({ type: "add", leg, user: "4:+14255550123", request }));
    emulator.clock.move(2);
    await sees(ada, leg, "+14255550123", "Connected");
    ada.send({ type: "hang-up", leg, forEveryone: false });
    await ada.ended(leg);
    expect(emulator.calls().calls).toEqual([]);
  });

  it("does not pass on signals from the lobby", async () => {
    const [adas, danas] = [ada.join(daily), dana.join(daily)];
    await sees(ada, adas, "Dana Petrov", "InLobby");
    const last = ada.received.findLast(({ type }) => type === "call");
    const self = last?.type === "call" ? last.call.self : "";
    dana.send({ type: "signal", leg: danas, to: self, signal: { description: { type: "offer", sdp: "v=0" } } });
    await dana.ask((request) => ({ type: "admit", leg: danas, request }));
    expect(ada.received.some(({ type }) => type === "signal")).toBe(false);
  });
});

describe("a connection that ends", () => {
  /** Breaks the connection of the only device of a user, and waits until the service notices. */
  async function breakConnection(client: CallingClient, user: string): Promise<void> {
    client.break();
    await vi.waitFor(() => expect(emulator.calls().connected).not.toContain(id(user)));
  }

  it("takes the participant out of the calls at once if the app closed it", async () => {
    const { adas } = await callBruno();
    bruno.close();
    expect(await ada.ended(adas)).toBe("0/0");
  });

  it("keeps the place in the call for a moment if the network broke, and the others then see why it is empty", async () => {
    const [adas, brunos] = [ada.join(daily), bruno.join(daily)];
    await sees(ada, adas, "Bruno Okafor", "Connected");
    await breakConnection(bruno, "bruno");
    const back = await connectAs(emulator, "bruno", [brunos]);
    expect(await back.call(({ leg }) => leg === brunos)).toMatchObject({ state: "Connected" });
    expect(ada.states(adas)).toEqual(["Connected"]);
    ada.send({ type: "hand", leg: adas, raised: true });
    await back.call(({ leg, participants }) => leg === brunos && participants[0]?.hand === 1);
    await breakConnection(back, "bruno");
    emulator.clock.move(10);
    expect((await sees(ada, adas, "Bruno Okafor", "Disconnected")).end).toEqual({ code: 0, subCode: 4521 });
    const late = await connectAs(emulator, "bruno", [brunos, randomUUID()]);
    expect(await late.ended(brunos)).toBe("410/3101");
  });

  it("gives nobody the calls of another user", async () => {
    const leg = bruno.join(daily);
    await connected(bruno, leg);
    const other = await connectAs(emulator, "ada", [leg]);
    expect(await other.ended(leg)).toBe("410/3101");
    expect(bruno.states(leg)).toEqual(["Connected"]);
  });

  it("tells a device that comes back what happened to its rings", async () => {
    const leg = ada.start(id("bruno"));
    const { ring } = await bruno.next("ring");
    await breakConnection(bruno, "bruno");
    ada.send({ type: "hang-up", leg, forEveryone: false });
    await ada.ended(leg);
    const back = await connectAs(emulator, "bruno");
    expect(await back.next("ring-ended")).toMatchObject({ ring, code: 487, subCode: 0 });
  });
});
