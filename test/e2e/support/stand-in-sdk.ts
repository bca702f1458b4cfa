// A stand-in for the Calling SDK's chunk. Without Teams no meeting can be joined, so what the page does in a call is
// tested against this. join.spec.ts tests the real SDK. The credential is the real one of ACS: it asks for
// a token 10 minutes before the expiry, and never again after a failure.
import type { BrowserContext } from "@playwright/test";

const source = `
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const calls = (globalThis.__standIn = { handedOut: [], agents: 0, disposed: 0 });
function watch(credential) {
  const look = async () => {
    const { expiresOnTimestamp } = await credential.getToken();
    if (expiresOnTimestamp !== calls.handedOut.at(-1)) calls.handedOut.push(expiresOnTimestamp);
  };
  void look();
  const timer = setInterval(look, 10_000);
  return () => clearInterval(timer);
}
export class NoAgentError extends Error {}
export function createCallingSdk() {
  return {
    async createAgent(credential) {
      calls.agents += 1;
      const stop = watch(credential);
      return {
        async call(target, start) {
          const listeners = new Set();
          let snapshot = {
            phase: "lobby", muted: start.muted, mutedByOther: false, cameraOn: start.cameraOn, screenSharing: false, participants: [],
            lobby: [], dominantSpeakers: [], recording: false, transcription: false,
            rights: { admit: true, muteOthers: true, remove: true, endForEveryone: true, raiseHand: true },
          };
          const change = (part) => { snapshot = { ...snapshot, ...part }; for (const listener of listeners) listener(); };
          calls.change = change;
          const devices = [{ id: "camera:1", name: "First camera" }, { id: "camera:2", name: "Second camera" }];
          return {
            snapshot: () => snapshot,
            subscribe: (listener) => { listeners.add(listener); return () => listeners.delete(listener); },
            devices: async () => ({ cameras: devices, microphones: [], speakers: [], cameraId: calls.camera ?? "camera:1" }),
            watchDevices: (listener) => { calls.devicesChanged = listener; return () => {}; },
            setMuted: async (muted) => change({ muted }),
            setCamera: async (cameraOn) => change({ cameraOn, localVideo: cameraOn ? { key: "local", kind: "camera" } : undefined }),
            selectCamera: async (id) => { calls.camera = id; calls.devicesChanged?.(); },
            selectMicrophone: async () => {}, selectSpeaker: async () => {},
            setScreenSharing: async (screenSharing) => { if (calls.refuseScreen) throw new DOMException("no", "NotAllowedError"); change({ screenSharing }); },
            admit: async (id) => change({ lobby: snapshot.lobby.filter((one) => one.id !== id) }),
            admitAll: async () => change({ lobby: [] }),
            reject: async (id) => change({ lobby: snapshot.lobby.filter((one) => one.id !== id) }),
            setHeld: async (held) => change(held ? { phase: "held", heldBy: "me" } : { phase: "connected", heldBy: undefined }),
            setHandRaised: async (raised) => change({ hand: raised ? 1 : undefined }),
            lowerHand: async () => {}, mute: async () => {}, muteOthers: async () => {},
            remove: async (id) => change({ participants: snapshot.participants.filter((one) => one.id !== id) }),
            watchStatistics: () => () => {},
            attachVideo: async (key, element) => { element.textContent = ""; element.append(document.createElement("video")); return () => element.replaceChildren(); },
            hangUp: async () => {},
          };
        },
        onIncomingCall() {},
        onConnection() {},
        async dispose() { stop(); credential.dispose(); calls.disposed += 1; },
      };
    },
  };
}
`;

/** What a test can read and change in the stand-in. */
export interface StandIn {
  /** The expiry of every token that the credential received, in milliseconds since 1970. */
  readonly handedOut: number[];
  readonly agents: number;
  readonly disposed: number;
  refuseScreen?: boolean;
  /** Changes the snapshot of the call. */
  change(part: object): void;
}

declare global {
  var __standIn: StandIn;
}

/** Replaces the SDK's chunk with the stand-in. */
export async function standInForSdk(context: BrowserContext): Promise<void> {
  await context.route(/\/assets\/calling-sdk-[\w-]+\.js$/, (route) =>
    route.fulfill({ contentType: "text/javascript", body: source }),
  );
}
