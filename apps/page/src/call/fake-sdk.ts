// For tests: objects with the members of the Calling SDK that live-call.ts uses. A test changes a member, then emits the event.
import type { DeviceManager, TeamsCall } from "@azure/communication-calling";
import type { CallingModule } from "./calling-sdk.ts";
import { liveCall } from "./live-call.ts";

/** Adds `on`, `off` and `emit` to an object. */
export function emitter<Members extends object>(members: Members) {
  const listeners = new Map<string, Set<(argument: unknown) => void>>();
  return Object.assign(members, {
    on(event: string, listener: (argument: unknown) => void) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    off(event: string, listener: (argument: unknown) => void) {
      listeners.get(event)?.delete(listener);
    },
    emit(event: string, argument: unknown = {}) {
      for (const listener of listeners.get(event) ?? []) listener(argument);
    },
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  });
}

/** A stream of another participant, which can be seen. */
export const fakeStream = (id: number, mediaStreamType = "Video") =>
  emitter({ id, mediaStreamType, isAvailable: true });

/** Another participant, connected and unmuted. `name` is also the object ID. */
export function fakeRemote(name: string, members: object = {}) {
  return emitter({
    identifier: { kind: "microsoftTeamsUser", microsoftTeamsUserId: name, rawId: `8:orgid:${name}` },
    displayName: name,
    state: "Connected",
    isMuted: false,
    isSpeaking: false,
    role: "Presenter",
    videoStreams: [] as ReturnType<typeof fakeStream>[],
    mute: async () => {},
    ...members,
  });
}

export const fakeFeatures = () => ({
  Recording: emitter({ isRecordingActive: false }),
  Transcription: emitter({ isTranscriptionActive: false }),
  RaiseHand: emitter({
    getRaisedHands: () => [] as { identifier: object; order: number }[],
    raiseHand: async () => {},
    lowerHand: async () => {},
  }),
  DominantSpeakers: emitter({ dominantSpeakers: { speakersList: [] as object[], timestamp: new Date(0) } }),
  Capabilities: emitter({ capabilities: {} as Record<string, { isPresent: boolean; reason: string }> }),
  MediaStats: { createCollector: () => emitter({ dispose() {} }) },
});

/** A connected call, its devices, and a module with the features of the call. */
export function fakeSdk(features: Partial<ReturnType<typeof fakeFeatures>> = fakeFeatures()) {
  const call = emitter({
    state: "Connected",
    callEndReason: undefined as { code: number; subCode?: number } | undefined,
    role: "Presenter",
    isMuted: false,
    isLocalVideoStarted: false,
    isScreenSharingOn: false,
    localVideoStreams: [] as object[],
    remoteParticipants: [] as ReturnType<typeof fakeRemote>[],
    lobby: emitter({ participants: [] as ReturnType<typeof fakeRemote>[] }),
    feature(wanted: unknown) {
      if (wanted === undefined) throw new Error("this module does not have the feature");
      return wanted;
    },
  });
  const devices = emitter({
    isSpeakerSelectionAvailable: true,
    selectedMicrophone: undefined as object | undefined,
    selectedSpeaker: undefined as object | undefined,
    cameras: [] as { id: string; name: string }[],
    getCameras: async () => devices.cameras,
    getMicrophones: async () => [] as object[],
    getSpeakers: async () => [] as object[],
  });
  const renderers: FakeRenderer[] = [];
  class FakeRenderer {
    readonly stream: unknown;
    readonly target = { stream: undefined as unknown };
    options: unknown;
    disposed = false;
    constructor(stream: unknown) {
      this.stream = stream;
      renderers.push(this);
    }
    async createView(options: unknown) {
      this.options = options;
      return { target: this.target };
    }
    dispose() {
      this.disposed = true;
    }
  }
  class FakeLocalVideoStream {
    readonly mediaStreamType = "Video";
    source: unknown;
    constructor(source: unknown) {
      this.source = source;
    }
    async switchSource(source: unknown) {
      this.source = source;
    }
  }
  const module = { Features: features, VideoStreamRenderer: FakeRenderer, LocalVideoStream: FakeLocalVideoStream };
  return {
    call,
    devices,
    renderers,
    /** The same objects, typed as what live-call.ts expects. */
    as: [module, call, devices] as unknown as readonly [CallingModule, TeamsCall, DeviceManager],
  };
}

/** A live call on the fake SDK. `changes()` counts how often the call reported a new snapshot. */
export function setUpLiveCall(features?: Partial<ReturnType<typeof fakeFeatures>>) {
  const fake = fakeSdk(features);
  const live = liveCall(...fake.as);
  let changes = 0;
  live.subscribe(() => {
    changes += 1;
  });
  return { ...fake, live, changes: () => changes };
}
