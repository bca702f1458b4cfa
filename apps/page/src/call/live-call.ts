// A call of the Calling SDK with the interface of calling.ts. It is loaded together with the SDK.
import type { DeviceManager, RemoteParticipant, RemoteVideoStream, TeamsCall } from "@azure/communication-calling";
import type { CallPhase, CallSnapshot, Device, LiveCall, Participant, Video } from "./calling.ts";
import type { CallingModule } from "./calling-sdk.ts";

const localKey = "local";
const screenSharing = "ScreenSharing";

/** Wraps a call that has just been started or accepted. */
export function liveCall(sdk: CallingModule, call: TeamsCall, devices: DeviceManager): LiveCall {
  const listeners = new Set<() => void>();
  let current = snapshotOf(call);
  watchCall(call, () => {
    current = snapshotOf(call);
    for (const listener of listeners) listener();
  });

  const camera = () => call.localVideoStreams.find((stream) => stream.mediaStreamType === "Video");
  return {
    snapshot: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async devices() {
      const speakers = devices.isSpeakerSelectionAvailable ? await devices.getSpeakers() : [];
      return {
        cameras: (await devices.getCameras()).map(device),
        microphones: (await devices.getMicrophones()).map(device),
        speakers: speakers.map(device),
      };
    },
    setMuted: (muted) => (muted ? call.mute() : call.unmute()),
    async setCamera(on, deviceId) {
      const stream = camera();
      if (!on) {
        if (stream) await call.stopVideo(stream);
        return;
      }
      const cameras = await devices.getCameras();
      const chosen = cameras.find(({ id }) => id === deviceId) ?? cameras[0];
      if (chosen === undefined) return;
      if (stream) await stream.switchSource(chosen);
      else await call.startVideo(new sdk.LocalVideoStream(chosen));
    },
    async selectMicrophone(deviceId) {
      const chosen = (await devices.getMicrophones()).find(({ id }) => id === deviceId);
      if (chosen) await devices.selectMicrophone(chosen);
    },
    async selectSpeaker(deviceId) {
      const chosen = (await devices.getSpeakers()).find(({ id }) => id === deviceId);
      if (chosen) await devices.selectSpeaker(chosen);
    },
    setScreenSharing: (on) => (on ? call.startScreenSharing() : call.stopScreenSharing()),
    async admit(participantId) {
      const waiting = call.lobby.participants.find((candidate) => idOf(candidate) === participantId);
      if (waiting) await call.lobby.admit(waiting.identifier);
    },
    async attachVideo(key, element) {
      const stream = key === localKey ? camera() : remoteStream(call, key);
      if (stream === undefined) return () => {};
      const renderer = new sdk.VideoStreamRenderer(stream);
      const view = await renderer.createView({ scalingMode: "Fit", isMirrored: key === localKey });
      element.replaceChildren(view.target);
      return () => renderer.dispose();
    },
    setHeld: (held) => (held ? call.hold() : call.resume()),
    hangUp: () => call.hangUp(),
  };
}

const device = ({ id, name }: { id: string; name: string }): Device => ({ id, name });

const phases: Readonly<Record<TeamsCall["state"], CallPhase>> = {
  None: "connecting",
  Connecting: "connecting",
  EarlyMedia: "ringing",
  Ringing: "ringing",
  InLobby: "lobby",
  Connected: "connected",
  LocalHold: "held",
  RemoteHold: "held",
  Disconnecting: "disconnected",
  Disconnected: "disconnected",
};

function snapshotOf(call: TeamsCall): CallSnapshot {
  const { callEndReason: end } = call;
  return {
    // The state Disconnecting has no reason yet, so it still counts as connected.
    phase: call.state === "Disconnecting" ? "connected" : phases[call.state],
    ...(end === undefined ? {} : { end: { code: end.code, subCode: end.subCode ?? 0 } }),
    muted: call.isMuted,
    cameraOn: call.isLocalVideoStarted,
    screenSharing: call.isScreenSharingOn,
    ...(call.isLocalVideoStarted ? { localVideo: { key: localKey, kind: "camera" } as const } : {}),
    participants: call.remoteParticipants.map(participant),
    lobby: call.lobby.participants.map(participant),
  };
}

function participant(remote: RemoteParticipant): Participant {
  const id = idOf(remote);
  return {
    id,
    name: remote.displayName || "Unnamed participant",
    speaking: remote.isSpeaking,
    muted: remote.isMuted,
    videos: remote.videoStreams.filter((stream) => stream.isAvailable).map((stream) => video(id, stream)),
  };
}

const video = (participantId: string, stream: RemoteVideoStream): Video => ({
  key: `${participantId}/${stream.id}`,
  kind: stream.mediaStreamType === screenSharing ? "screen" : "camera",
});

function remoteStream(call: TeamsCall, key: string): RemoteVideoStream | undefined {
  for (const remote of call.remoteParticipants) {
    for (const stream of remote.videoStreams) if (video(idOf(remote), stream).key === key) return stream;
  }
  return undefined;
}

function idOf({ identifier }: RemoteParticipant): string {
  return "rawId" in identifier && identifier.rawId ? identifier.rawId : JSON.stringify(identifier);
}

/** Listens to everything that is in a snapshot, also for participants who join later. */
function watchCall(call: TeamsCall, changed: () => void): void {
  call.on("stateChanged", changed);
  call.on("isMutedChanged", changed);
  call.on("isScreenSharingOnChanged", changed);
  call.on("isLocalVideoStartedChanged", changed);
  call.on("localVideoStreamsUpdated", changed);
  call.on("remoteParticipantsUpdated", ({ added }) => {
    for (const remote of added) watchParticipant(remote, changed);
    changed();
  });
  call.lobby.on("lobbyParticipantsUpdated", changed);
  for (const remote of call.remoteParticipants) watchParticipant(remote, changed);
}

function watchParticipant(remote: RemoteParticipant, changed: () => void): void {
  remote.on("stateChanged", changed);
  remote.on("isMutedChanged", changed);
  remote.on("isSpeakingChanged", changed);
  remote.on("displayNameChanged", changed);
  const watchStreams = (streams: readonly RemoteVideoStream[]) => {
    for (const stream of streams) stream.on("isAvailableChanged", changed);
  };
  watchStreams(remote.videoStreams);
  remote.on("videoStreamsUpdated", ({ added }) => {
    watchStreams(added);
    changed();
  });
}
