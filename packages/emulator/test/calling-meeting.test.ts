// Meetings with the calling module in Chromium: media flows from browser to browser, the emulator only passes on signals.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { type Caller, connectCaller, launchCallingBrowser, serveCallingPage } from "./calling-page.ts";

let emulator: Emulator;
let browser: Browser;
let site: Awaited<ReturnType<typeof serveCallingPage>>;
let ada: Caller;
let bruno: Caller;
let dana: Caller;

const daily = { meetingId: "212345678901", passcode: "daily1" };

beforeAll(async () => {
  [emulator, browser, site] = await Promise.all([startEmulator(), launchCallingBrowser(), serveCallingPage()]);
  const connect = (user: string) => connectCaller(browser, site.origin, emulator, user);
  [ada, bruno, dana] = await Promise.all([connect("ada"), connect("bruno"), connect("dana")]);
});
afterAll(async () => {
  await Promise.all([ada?.close(), bruno?.close(), dana?.close()]);
  await browser.close();
  site.close();
  await emulator.close();
});

/**
 * The documented order of states of a call in a meeting.
 * https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls#call
 */
const states = {
  joined: ["None", "Connecting", "Connected"],
  admitted: ["None", "Connecting", "InLobby", "Connected"],
  rejected: ["None", "Connecting", "InLobby", "Disconnecting", "Disconnected"],
  left: ["None", "Connecting", "Connected", "Disconnecting", "Disconnected"],
  held: ["None", "Connecting", "Connected", "LocalHold", "Connected"],
};

async function join(...users: Caller[]): Promise<void> {
  await Promise.all(users.map((user) => user.run((app, meeting) => app.join(meeting, true), daily)));
  await Promise.all(users.map((user) => user.until((app) => app.call.state === "Connected")));
}

/** Waits until a user sees the camera of the first other one move. */
async function seesPicture(user: Caller): Promise<{ width: number; height: number }> {
  await user.until((app) => app.call.remoteParticipants[0]?.videoStreams[0]?.isAvailable);
  return user.run(async (app) => {
    const stream = app.call.remoteParticipants[0]?.videoStreams[0];
    return stream ? app.moves(stream) : { width: 0, height: 0 };
  });
}

const endOf = (user: Caller) => user.run(({ call }) => call.callEndReason);

it("two users see each other's moving pictures and hear each other", async () => {
  await join(ada, bruno);
  for (const user of [ada, bruno]) {
    // WebRTC sends smaller pictures if the machine is busy, of the same shape.
    const { width, height } = await seesPicture(user);
    expect(width / height).toBeCloseTo(640 / 360, 1);
    await user.until((app) => app.call.remoteParticipants[0]?.isSpeaking);
    await user.run(async (app) => {
      const volume = await app.call.remoteAudioStreams[0]?.getVolume();
      if (volume && volume.level === 0) await new Promise<void>((resolve) => volume.on("levelChanged", resolve));
    });
    await user.until(({ call, sdk }) => call.feature(sdk.Features.DominantSpeakers).dominantSpeakers);
    expect(await user.run((app) => app.states)).toEqual(states.joined);
  }
  expect(await ada.run(({ call }) => [call.role, call.direction, call.remoteParticipants[0]?.displayName])).toEqual([
    "Organizer",
    "Outgoing",
    "Bruno Okafor",
  ]);
  expect(await ada.run((app) => app.events.filter((event) => event.startsWith("calls")))).toEqual(["calls +1 -0"]);
});

it("the others see who is muted, and a muted user is not heard", async () => {
  await ada.run(({ call }) => call.mute());
  await bruno.until((app) => app.call.remoteParticipants[0]?.isMuted);
  await bruno.until((app) => !app.call.remoteParticipants[0]?.isSpeaking);
  expect(await ada.run((app) => app.sent())).toEqual(["video"]);
  expect(await ada.run((app) => [app.call.isMuted, app.events.includes("isMutedChanged")])).toEqual([true, true]);
  await ada.run(({ call }) => call.unmute());
  await bruno.until((app) => app.call.remoteParticipants[0]?.isSpeaking);
});

it("a user stops and starts the camera, and switches to another one", async () => {
  await ada.run(({ call, camera }) => call.stopVideo(camera));
  await bruno.until((app) => app.call.remoteParticipants[0]?.videoStreams[0]?.isAvailable === false);
  expect(await ada.run((app) => [app.call.isLocalVideoStarted, app.call.localVideoStreams.length])).toEqual([false, 0]);
  await ada.run(({ call, camera }) => call.startVideo(camera));
  await seesPicture(bruno);
  const names = await ada.run(async ({ camera, devices }) => {
    const cameras = await devices.getCameras();
    // The last one: WebRTC cannot send the format of the second fake camera of Chromium. Its picture stands still, so go back.
    const names: string[] = [];
    for (const device of [cameras.at(-1), cameras[0]]) {
      if (device) await camera.switchSource(device);
      names.push(camera.source.name);
    }
    return names;
  });
  expect(new Set(names).size).toBe(2);
  await seesPicture(bruno);
});

it("a user shares the screen", async () => {
  await ada.run(({ call }) => call.startScreenSharing());
  await bruno.until((app) => app.call.remoteParticipants[0]?.videoStreams[1]?.isReceiving);
  expect(
    await bruno.run((app) => app.call.remoteParticipants[0]?.videoStreams.map((stream) => stream.mediaStreamType)),
  ).toEqual(["Video", "ScreenSharing"]);
  expect(await ada.run((app) => app.call.localVideoStreams.map((stream) => stream.mediaStreamType))).toEqual([
    "Video",
    "ScreenSharing",
  ]);
  await ada.run(({ call }) => call.stopScreenSharing());
  await bruno.until((app) => app.call.remoteParticipants[0]?.videoStreams[1]?.isAvailable === false);
});

it("a user raises a hand, and the organizer lowers it", async () => {
  await bruno.run(({ call, sdk }) => call.feature(sdk.Features.RaiseHand).raiseHand());
  await ada.until(({ call, sdk }) => call.feature(sdk.Features.RaiseHand).getRaisedHands().length === 1);
  await bruno.run((app) => {
    const hands = app.call.feature(app.sdk.Features.RaiseHand);
    hands.on("loweredHandEvent", () => app.events.push("lowered"));
  });
  await ada.run(({ call, sdk }) => call.feature(sdk.Features.RaiseHand).lowerAllHands());
  await bruno.until((app) => app.events.includes("lowered"));
});

it("a user puts the meeting on hold and resumes it", async () => {
  await bruno.run(({ call }) => call.hold());
  await ada.until((app) => app.call.remoteParticipants[0]?.state === "Hold");
  await ada.until((app) => app.call.remoteParticipants[0]?.videoStreams[0]?.isAvailable === false);
  expect(await bruno.run((app) => app.sent())).toEqual([]);
  await bruno.run(({ call }) => call.resume());
  await seesPicture(ada);
  expect(await bruno.run((app) => app.states)).toEqual(states.held);
  expect(await ada.run((app) => app.participantStates)).toEqual([
    "Bruno Okafor: Connected",
    "Bruno Okafor: Hold",
    "Bruno Okafor: Connected",
  ]);
});

it("an organizer mutes everybody else", async () => {
  await ada.run(({ call }) => call.muteAllRemoteParticipants());
  await bruno.until((app) => app.events.includes("mutedByOthers"));
  expect(await bruno.run(({ call }) => call.isMuted)).toBe(true);
  await bruno.run(({ call }) => call.unmute());
});

it("somebody from outside waits in the lobby and is rejected", async () => {
  await dana.run((app, meeting) => app.join(meeting, true), daily);
  await dana.until((app) => app.call.state === "InLobby");
  await ada.until((app) => app.call.lobby.participants[0]?.displayName);
  expect(await ada.run(({ call }) => call.lobby.participants[0]?.state)).toBe("InLobby");
  expect(await dana.run(({ call }) => call.remoteParticipants.length)).toBe(0);
  await ada.run(async ({ call }) => {
    const [waiting] = call.lobby.participants;
    if (waiting) await call.lobby.reject(waiting.identifier);
  });
  await dana.until((app) => app.call.state === "Disconnected");
  expect(await dana.run((app) => app.states)).toEqual(states.rejected);
  expect(await endOf(dana)).toEqual({ code: 0, subCode: 5854 });
});

it("somebody from outside waits in the lobby, is admitted and sees the others", async () => {
  await dana.run((app, meeting) => app.join(meeting, true), daily);
  await ada.until((app) => app.call.lobby.participants[0]?.displayName);
  expect(await ada.run(({ call }) => call.lobby.admitAll())).toEqual({ successCount: 1, failureCount: 0 });
  await dana.until((app) => app.call.remoteParticipants.length === 2);
  await seesPicture(dana);
  expect(await dana.run((app) => app.states)).toEqual(states.admitted);
  await ada.until((app) => app.call.remoteParticipants.length === 2);
  expect(await dana.run(({ call }) => call.role)).toBe("Attendee");
  await dana.run(({ client }) => client.dispose());
  await ada.until((app) => app.call.remoteParticipants.length === 1);
});

it("a user who reloads the page is gone at once and comes back", async () => {
  await bruno.page.reload();
  await ada.until((app) => app.call.remoteParticipants.length === 0);
  await bruno.close();
  bruno = await connectCaller(browser, site.origin, emulator, "bruno");
  await join(bruno);
  await seesPicture(ada);
});

it("an organizer removes a user", async () => {
  await ada.run(async ({ call }) => {
    const identifier = call.remoteParticipants[0]?.identifier;
    if (identifier && "microsoftTeamsUserId" in identifier) await call.removeParticipant(identifier);
  });
  await bruno.until((app) => app.call.state === "Disconnected");
  expect(await endOf(bruno)).toEqual({ code: 0, subCode: 5300 });
  expect(await ada.run(({ call }) => call.remoteParticipants.length)).toBe(0);
});

it("an organizer ends the meeting for everyone, and nothing stays open", async () => {
  await join(bruno);
  await seesPicture(bruno);
  await ada.run(({ call }) => call.hangUp({ forEveryone: true }));
  await bruno.until((app) => app.call.state === "Disconnected");
  for (const user of [ada, bruno]) {
    expect(await endOf(user)).toEqual({ code: 0, subCode: 4097 });
    expect(await user.run((app) => app.states)).toEqual(expect.arrayContaining(states.left));
    expect(await user.run((app) => app.agent.calls.length)).toBe(0);
    expect(await user.run((app) => app.open())).toEqual({ tracks: 0, peers: 0 });
  }
});

it("a meeting that does not exist ends the call with 404", async () => {
  await ada.run((app) => app.join({ meetingId: "1", passcode: "1" }, false));
  await ada.until((app) => app.call.state === "Disconnected");
  expect(await endOf(ada)).toMatchObject({ code: 404 });
  expect(await ada.run((app) => app.states)).toEqual(["None", "Connecting", "Disconnecting", "Disconnected"]);
});
