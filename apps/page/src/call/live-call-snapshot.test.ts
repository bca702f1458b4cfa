// What the snapshot of a call shows, and which rights there are.
import { describe, expect, it } from "vitest";
import { fakeFeatures, fakeRemote, fakeStream, setUpLiveCall as setUp } from "./fake-sdk.ts";

const identifier = (name: string) => ({ microsoftTeamsUserId: name, rawId: `8:orgid:${name}` });

describe("the snapshot", () => {
  it.each([
    ["None", { phase: "connecting" }],
    ["Connecting", { phase: "connecting" }],
    ["EarlyMedia", { phase: "ringing" }],
    ["Ringing", { phase: "ringing" }],
    ["InLobby", { phase: "lobby" }],
    ["Connected", { phase: "connected" }],
    ["LocalHold", { phase: "held", heldBy: "me" }],
    ["RemoteHold", { phase: "held", heldBy: "other" }],
    ["Disconnecting", { phase: "connected" }],
    ["Disconnected", { phase: "disconnected" }],
  ])("follows the state %s", (state, expected) => {
    const { call, live } = setUp();
    call.state = state;
    call.emit("stateChanged");
    expect(live.snapshot()).toMatchObject(expected);
  });

  it("contains a participant who joins later, with what changes afterwards", () => {
    const { call, live, changes } = setUp();
    const bruno = fakeRemote("bruno");
    call.remoteParticipants = [bruno];
    call.emit("remoteParticipantsUpdated", { added: [bruno], removed: [] });
    expect(live.snapshot().participants).toMatchObject([{ id: "8:orgid:bruno", name: "bruno", muted: false }]);
    Object.assign(bruno, { isMuted: true, state: "Hold", displayName: "Bruno Okafor" });
    bruno.emit("isMutedChanged");
    expect(live.snapshot().participants).toMatchObject([{ name: "Bruno Okafor", muted: true, waiting: "held" }]);
    expect(changes()).toBe(2);
  });

  it("contains a screen only while it is available", () => {
    const { call, live } = setUp();
    const bruno = fakeRemote("bruno");
    const screen = fakeStream(7, "ScreenSharing");
    screen.isAvailable = false;
    call.remoteParticipants = [bruno];
    call.emit("remoteParticipantsUpdated", { added: [bruno], removed: [] });
    bruno.videoStreams = [screen];
    bruno.emit("videoStreamsUpdated", { added: [screen], removed: [] });
    expect(live.snapshot().participants[0]?.videos).toEqual([]);
    screen.isAvailable = true;
    screen.emit("isAvailableChanged");
    expect(live.snapshot().participants[0]?.videos).toEqual([{ key: "8:orgid:bruno/7", kind: "screen" }]);
  });

  it("gives each participation its own ID, even if a user takes part twice", () => {
    const { call, live } = setUp();
    call.remoteParticipants = [fakeRemote("bruno"), fakeRemote("bruno")];
    call.emit("remoteParticipantsUpdated", { added: [], removed: [] });
    expect(live.snapshot().participants.map(({ id }) => id)).toEqual(["8:orgid:bruno", "8:orgid:bruno#2"]);
  });

  it("orders raised hands, and finds the own one", () => {
    const features = fakeFeatures();
    const { call, live } = setUp(features);
    call.remoteParticipants = [fakeRemote("bruno"), fakeRemote("chen")];
    features.RaiseHand.getRaisedHands = () => [
      { identifier: identifier("bruno"), order: 30 },
      { identifier: identifier("ada"), order: 20 },
      { identifier: identifier("chen"), order: 10 },
    ];
    features.RaiseHand.emit("raisedHandEvent", { identifier: identifier("ada") });
    expect(live.snapshot().hand).toBe(2);
    expect(live.snapshot().participants.map(({ hand }) => hand)).toEqual([3, 1]);
  });

  it("says that another participant muted this user, until the user unmutes", () => {
    const { call, live } = setUp();
    call.isMuted = true;
    call.emit("isMutedChanged");
    expect(live.snapshot()).toMatchObject({ muted: true, mutedByOther: false });
    call.emit("mutedByOthers");
    expect(live.snapshot()).toMatchObject({ muted: true, mutedByOther: true });
    call.isMuted = false;
    call.emit("isMutedChanged");
    call.isMuted = true;
    call.emit("isMutedChanged");
    expect(live.snapshot()).toMatchObject({ muted: true, mutedByOther: false });
  });

  it("follows recording, transcription and dominant speakers", () => {
    const features = fakeFeatures();
    const { live } = setUp(features);
    features.Recording.isRecordingActive = true;
    features.Recording.emit("isRecordingActiveChanged");
    features.Transcription.isTranscriptionActive = true;
    features.Transcription.emit("isTranscriptionActiveChanged");
    features.DominantSpeakers.dominantSpeakers = { speakersList: [identifier("bruno")], timestamp: new Date(0) };
    features.DominantSpeakers.emit("dominantSpeakersChanged");
    expect(live.snapshot()).toMatchObject({
      recording: true,
      transcription: true,
      dominantSpeakers: ["8:orgid:bruno"],
    });
  });

  it("is not reported again if nothing in it has changed", () => {
    const { call, changes } = setUp();
    call.emit("stateChanged");
    call.emit("remoteParticipantsUpdated", { added: [], removed: [] });
    expect(changes()).toBe(0);
  });
});

describe("the rights", () => {
  const none = { admit: false, muteOthers: false, remove: false, endForEveryone: false };
  const presenter = { admit: true, muteOthers: true, remove: true, endForEveryone: false };
  it.each([
    ["Unknown", { ...none, raiseHand: false }],
    ["Attendee", { ...none, raiseHand: true }],
    ["Presenter", { ...presenter, raiseHand: true }],
    ["Organizer", { ...presenter, endForEveryone: true, raiseHand: true }],
    ["Co-organizer", { ...presenter, endForEveryone: true, raiseHand: true }],
  ])("of the role %s", (role, expected) => {
    const { call, live } = setUp();
    call.role = role;
    call.emit("roleChanged");
    expect(live.snapshot().rights).toEqual(expected);
  });

  it("are what the SDK says, if it does", () => {
    const features = fakeFeatures();
    const { live } = setUp(features);
    features.Capabilities.capabilities = {
      hangUpForEveryOne: { isPresent: true, reason: "Capable" },
      manageLobby: { isPresent: false, reason: "MeetingRestricted" },
      muteOthers: { isPresent: false, reason: "NotInitialized" },
    };
    features.Capabilities.emit("capabilitiesChanged");
    expect(live.snapshot().rights).toMatchObject({ endForEveryone: true, admit: false, muteOthers: true });
  });

  it("do not need a feature that the module does not have", async () => {
    const { live } = setUp({});
    expect(live.snapshot()).toMatchObject({ recording: false, rights: { raiseHand: false, admit: true } });
    await live.setHandRaised(true);
    expect(() => live.watchStatistics(() => {})).toThrow();
  });
});
