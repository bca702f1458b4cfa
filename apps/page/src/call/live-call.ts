// A call of the Calling SDK with the interface of calling.ts. It is loaded together with the SDK.
import type { DeviceManager, RemoteParticipant, TeamsCall, VideoDeviceInfo } from "@azure/communication-calling";
import { getIdentifierRawId } from "@azure/communication-common";
import { callFeatures } from "./call-features.ts";
import { findParticipant, findStream, localKey, snapshotOf, watchCall } from "./call-snapshot.ts";
import { streamStatistics } from "./call-statistics.ts";
import type { Device, Devices, LiveCall } from "./calling.ts";
import type { CallingModule } from "./calling-sdk.ts";

/** Wraps a call that has just been started or accepted. */
export function liveCall(sdk: CallingModule, call: TeamsCall, devices: DeviceManager): LiveCall {
  const remote = (id: string) => findParticipant(call.remoteParticipants, id);
  const inLobby = (id: string) => findParticipant(call.lobby.participants, id);
  const { snapshot, subscribe, hands } = watched(sdk, call);
  return {
    snapshot,
    subscribe,
    ...media(sdk, call, devices),
    setHeld: (held) => (held ? call.hold() : call.resume()),
    async setHandRaised(raised) {
      await (raised ? hands?.raiseHand() : hands?.lowerHand());
    },
    async lowerHand(id) {
      const identifier = remote(id)?.identifier;
      if (identifier === undefined) return;
      if ("microsoftTeamsUserId" in identifier || "communicationUserId" in identifier) {
        await hands?.lowerHands([identifier]);
      }
    },
    async admit(id) {
      const participant = inLobby(id);
      if (participant) await call.lobby.admit(participant.identifier);
    },
    async admitAll() {
      await call.lobby.admitAll();
    },
    async reject(id) {
      const participant = inLobby(id);
      if (participant) await call.lobby.reject(participant.identifier);
    },
    async mute(id) {
      await remote(id)?.mute();
    },
    muteOthers: () => call.muteAllRemoteParticipants(),
    async remove(id) {
      const participant = remote(id);
      if (participant) await call.removeParticipant(removable(participant));
    },
    watchStatistics(listener) {
      const collector = call.feature(sdk.Features.MediaStats).createCollector();
      collector.on("sampleReported", (sample) => listener(streamStatistics(sample)));
      return () => collector.dispose();
    },
    hangUp: (forEveryone = false) => call.hangUp({ forEveryone }),
  };
}

/** The current snapshot. Listeners are called only if it has changed: the SDK reports many changes that it does not contain. */
function watched(sdk: CallingModule, call: TeamsCall) {
  const features = callFeatures(sdk, call);
  const listeners = new Set<() => void>();
  let mutedByOther = false;
  let current = snapshotOf(call, features, mutedByOther);
  const changed = () => {
    const next = snapshotOf(call, features, mutedByOther);
    if (JSON.stringify(next) === JSON.stringify(current)) return;
    current = next;
    for (const listener of listeners) listener();
  };
  call.on("mutedByOthers", () => {
    mutedByOther = true;
    changed();
  });
  call.on("isMutedChanged", () => {
    if (!call.isMuted) mutedByOther = false;
  });
  watchCall(call, features, changed);
  return {
    hands: features.hands,
    snapshot: () => current,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Media =
  | "devices"
  | "watchDevices"
  | "setMuted"
  | "setCamera"
  | "selectCamera"
  | "selectMicrophone"
  | "selectSpeaker"
  | "setScreenSharing"
  | "attachVideo";

function media(sdk: CallingModule, call: TeamsCall, devices: DeviceManager): Pick<LiveCall, Media> {
  const camera = () => call.localVideoStreams.find((stream) => stream.mediaStreamType === "Video");
  const attachments = new Map<string, Promise<unknown>>();
  let chosen: VideoDeviceInfo | undefined;

  const render = async (key: string, element: HTMLElement) => {
    const stream = key === localKey ? camera() : findStream(call, key);
    if (stream === undefined) return () => {};
    const renderer = new sdk.VideoStreamRenderer(stream);
    const scalingMode = stream.mediaStreamType === "ScreenSharing" ? "Fit" : "Crop";
    const view = await renderer.createView({ scalingMode, isMirrored: key === localKey });
    element.replaceChildren(view.target);
    return () => renderer.dispose();
  };

  return {
    async devices(): Promise<Devices> {
      const speakers = devices.isSpeakerSelectionAvailable ? await devices.getSpeakers() : [];
      const cameras = await devices.getCameras();
      return {
        cameras: cameras.map(device),
        microphones: (await devices.getMicrophones()).map(device),
        speakers: speakers.map(device),
        cameraId: camera()?.source.id ?? chosen?.id ?? cameras[0]?.id,
        microphoneId: devices.selectedMicrophone?.id,
        speakerId: devices.selectedSpeaker?.id,
      };
    },
    watchDevices(listener) {
      devices.on("videoDevicesUpdated", listener);
      devices.on("audioDevicesUpdated", listener);
      devices.on("selectedMicrophoneChanged", listener);
      devices.on("selectedSpeakerChanged", listener);
      return () => {
        devices.off("videoDevicesUpdated", listener);
        devices.off("audioDevicesUpdated", listener);
        devices.off("selectedMicrophoneChanged", listener);
        devices.off("selectedSpeakerChanged", listener);
      };
    },
    setMuted: (muted) => (muted ? call.mute() : call.unmute()),
    async setCamera(on) {
      const stream = camera();
      if (!on && stream) await call.stopVideo(stream);
      if (!on || stream) return;
      const cameras = await devices.getCameras();
      const source = cameras.find(({ id }) => id === chosen?.id) ?? cameras[0];
      if (source) await call.startVideo(new sdk.LocalVideoStream(source));
    },
    async selectCamera(deviceId) {
      const source = (await devices.getCameras()).find(({ id }) => id === deviceId);
      if (source === undefined) return;
      const stream = camera();
      // The SDK refuses a switch to the camera that is in use.
      if (stream && stream.source.id !== deviceId) await stream.switchSource(source);
      chosen = source;
    },
    async selectMicrophone(deviceId) {
      const source = (await devices.getMicrophones()).find(({ id }) => id === deviceId);
      if (source) await devices.selectMicrophone(source);
    },
    async selectSpeaker(deviceId) {
      const target = (await devices.getSpeakers()).find(({ id }) => id === deviceId);
      if (target) await devices.selectSpeaker(target);
    },
    setScreenSharing: (on) => (on ? call.startScreenSharing() : call.stopScreenSharing()),
    async attachVideo(key, element) {
      // The SDK decodes a stream once per renderer, so the renderer of the last element must be gone before there is another.
      const before = attachments.get(key);
      const removed = Promise.withResolvers<void>();
      attachments.set(key, removed.promise);
      await before;
      try {
        const dispose = await render(key, element);
        return () => {
          dispose();
          removed.resolve();
        };
      } catch (error) {
        removed.resolve();
        throw error;
      }
    },
  };
}

const device = ({ id, name }: { id: string; name: string }): Device => ({ id, name });

type Removable = Parameters<TeamsCall["removeParticipant"]>[0];

/** The SDK's types do not let a Teams user remove ACS users or apps by their own kind of identifier, only by raw ID. */
function removable({ identifier }: RemoteParticipant): Removable {
  if ("microsoftTeamsUserId" in identifier || "phoneNumber" in identifier) return identifier;
  if ("resourceId" in identifier || identifier.kind === "unknown") return identifier;
  return { id: getIdentifierRawId(identifier) };
}
