// The states of meetings as each participant sees them: lobby, roles, hands, and what participants do to others.
// States: https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls#check-call-properties
// Codes: https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
// Lobby: https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/lobby
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { type CallingClient, connectAs, connected, rawId, sees } from "./calling-client.ts";

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
