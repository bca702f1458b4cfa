// What the page needs of calling, in its own words: the contract between call-session.ts and calling-sdk.ts.
import type { CredentialOptions } from "../teams-token/provider.ts";
import type { CallTarget } from "./target.ts";

/** A camera, microphone or speaker. `id` means something only to whoever made the list. */
export interface Device {
  readonly id: string;
  readonly name: string;
}

export interface Devices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  /** Empty where the browser does not let pages choose. */
  readonly speakers: readonly Device[];
}

/** What to start a call with. Ids are the browser's device ids; the first device is used where one is not there any more. */
export interface CallStart {
  readonly muted: boolean;
  readonly cameraOn: boolean;
  readonly cameraId?: string | undefined;
  readonly microphoneId?: string | undefined;
}

/** A video to be shown; `key` names it for {@link LiveCall.attachVideo}. */
export interface Video {
  readonly key: string;
  readonly kind: "camera" | "screen";
}

export interface Participant {
  readonly id: string;
  readonly name: string;
  readonly speaking: boolean;
  readonly muted: boolean;
  readonly videos: readonly Video[];
}

export type CallPhase = "connecting" | "ringing" | "lobby" | "connected" | "held" | "disconnected";

/** Why a call ended, as the SDK says it. */
export interface CallEnd {
  readonly code: number;
  readonly subCode: number;
}

/** A call at one moment. */
export interface CallSnapshot {
  readonly phase: CallPhase;
  readonly end?: CallEnd;
  readonly muted: boolean;
  readonly cameraOn: boolean;
  readonly screenSharing: boolean;
  readonly localVideo?: Video;
  readonly participants: readonly Participant[];
  /** Who waits to be let in, where this user may do that. */
  readonly lobby: readonly Participant[];
}

/** A call under way. */
export interface LiveCall {
  snapshot(): CallSnapshot;
  /** Tells about every change of the snapshot. */
  subscribe(listener: () => void): () => void;
  devices(): Promise<Devices>;
  setMuted(muted: boolean): Promise<void>;
  setCamera(on: boolean, deviceId?: string): Promise<void>;
  selectMicrophone(deviceId: string): Promise<void>;
  selectSpeaker(deviceId: string): Promise<void>;
  setScreenSharing(on: boolean): Promise<void>;
  admit(participantId: string): Promise<void>;
  /** Puts a video into an element; the returned function takes it out. */
  attachVideo(key: string, element: HTMLElement): Promise<() => void>;
  hangUp(): Promise<void>;
}

/** Calls for one Teams user. There may be only one at a time for a user in a page. */
export interface CallingAgent {
  call(target: CallTarget, start: CallStart): Promise<LiveCall>;
  /** Ends its calls and stops its credential. */
  dispose(): Promise<void>;
}

/** The calling SDK, once it is loaded. */
export interface CallingSdk {
  createAgent(credential: CredentialOptions): Promise<CallingAgent>;
}
