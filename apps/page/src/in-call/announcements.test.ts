import { describe, expect, it } from "vitest";
import type { CallSnapshot, Participant } from "../call/calling.ts";
import { emptySnapshot } from "../call/fake-live-call.ts";
import { announcements } from "./announcements.ts";

const person = (name: string, more: Partial<Participant> = {}): Participant => ({
  id: name,
  name,
  speaking: false,
  muted: false,
  videos: [],
  ...more,
});
const call = (more: Partial<CallSnapshot> = {}): CallSnapshot => ({ ...emptySnapshot, ...more });
const withBruno = (more: Partial<Participant>) => call({ participants: [person("Bruno", more)] });
const screen = { videos: [{ key: "b/1", kind: "screen" }] } as const;

describe("announcements", () => {
  it.each<[string, CallSnapshot, CallSnapshot]>([
    ["You are muted.", call(), call({ muted: true })],
    ["You are not muted.", call({ muted: true }), call()],
    ["Another participant muted you.", call(), call({ muted: true, mutedByOther: true })],
    ["Your camera is on.", call(), call({ cameraOn: true })],
    ["You stopped sharing your screen.", call({ screenSharing: true }), call()],
    ["Your hand is raised.", call(), call({ hand: 1 })],
    ["Your hand is down.", call({ hand: 1 }), call()],
    ["Recording has started.", call(), call({ recording: true })],
    ["Transcription has stopped.", call({ transcription: true }), call()],
    ["Bruno joined.", call(), withBruno({})],
    ["Bruno joined.", withBruno({ waiting: "ringing" }), withBruno({})],
    ["Bruno left.", withBruno({}), call()],
    ["Dana is waiting in the lobby.", call(), call({ lobby: [person("Dana")] })],
    ["Dana and Eve are waiting in the lobby.", call(), call({ lobby: [person("Dana"), person("Eve")] })],
    ["Bruno is sharing a screen.", withBruno({}), withBruno(screen)],
    ["Bruno stopped sharing a screen.", withBruno(screen), withBruno({})],
    ["Bruno raised a hand.", withBruno({}), withBruno({ hand: 1 })],
    ["Bruno put the call on hold.", withBruno({}), withBruno({ waiting: "held" })],
    ["Bruno is back from hold.", withBruno({ waiting: "held" }), withBruno({})],
    ["Dana is waiting in the lobby.", call({ phase: "connecting" }), call({ lobby: [person("Dana")] })],
    ["Bruno raised a hand.", call({ phase: "connecting" }), withBruno({ hand: 1 })],
  ])("%s", (sentence, before, now) => {
    expect(announcements(before, now)).toEqual([sentence]);
  });

  it.each<[string, CallSnapshot, CallSnapshot]>([
    ["nothing has changed", withBruno({}), withBruno({})],
    ["somebody speaks, mutes or turns on a camera", withBruno({}), withBruno({ speaking: true, muted: true })],
    ["a hand moves up in the list", withBruno({ hand: 2 }), withBruno({ hand: 1 })],
    ["a phone that rang is not answered", withBruno({ waiting: "ringing" }), call()],
    ["a phone rings", call(), withBruno({ waiting: "ringing" })],
    ["somebody was there first", call({ phase: "lobby" }), withBruno({})],
  ])("says nothing if %s", (_name, before, now) => {
    expect(announcements(before, now)).toEqual([]);
  });

  it("names up to three people, and counts more", () => {
    const three = ["Ann", "Bob", "Cid"].map((name) => person(name));
    expect(announcements(call(), call({ participants: three }))).toEqual(["Ann, Bob, and Cid joined."]);
    const four = [...three, person("Dan")];
    expect(announcements(call(), call({ participants: four }))).toEqual(["4 people joined."]);
  });

  it("says what somebody does who has just joined, but not what somebody did who left", () => {
    expect(announcements(call(), withBruno({ hand: 1, ...screen }))).toEqual([
      "Bruno joined.",
      "Bruno is sharing a screen.",
      "Bruno raised a hand.",
    ]);
    expect(announcements(withBruno({ hand: 1, ...screen }), call())).toEqual(["Bruno left."]);
  });

  it("says different things in one go", () => {
    const now = call({ muted: true, participants: [person("Bruno", screen)], lobby: [person("Dana")] });
    expect(announcements(call({ participants: [person("Bruno"), person("Chen")] }), now)).toEqual([
      "You are muted.",
      "Chen left.",
      "Dana is waiting in the lobby.",
      "Bruno is sharing a screen.",
    ]);
  });
});
