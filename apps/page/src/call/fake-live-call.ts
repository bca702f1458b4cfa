// For tests: a call that does nothing, in which nobody else is.
import type { CallSnapshot, LiveCall } from "./calling.ts";

/** A call that is connected, without rights and without other participants. */
export const emptySnapshot: CallSnapshot = {
  phase: "connected",
  muted: false,
  mutedByOther: false,
  cameraOn: false,
  screenSharing: false,
  participants: [],
  lobby: [],
  dominantSpeakers: [],
  recording: false,
  transcription: false,
  rights: { admit: false, muteOthers: false, remove: false, endForEveryone: false, raiseHand: false },
};

/** A call whose functions do nothing, except the given ones. */
export function fakeLiveCall(functions: Partial<LiveCall> = {}): LiveCall {
  const nothing = async () => {};
  return {
    snapshot: () => emptySnapshot,
    subscribe: () => () => {},
    devices: async () => ({ cameras: [], microphones: [], speakers: [] }),
    watchDevices: () => () => {},
    setMuted: nothing,
    setCamera: nothing,
    selectCamera: nothing,
    selectMicrophone: nothing,
    selectSpeaker: nothing,
    setScreenSharing: nothing,
    setHeld: nothing,
    setHandRaised: nothing,
    lowerHand: nothing,
    admit: nothing,
    admitAll: nothing,
    reject: nothing,
    mute: nothing,
    muteOthers: nothing,
    remove: nothing,
    attachVideo: async () => () => {},
    watchStatistics: () => () => {},
    hangUp: nothing,
    ...functions,
  };
}
