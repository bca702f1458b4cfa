// The types between call-session.ts and calling-sdk.ts: what the page needs for calls, without the types of the Calling SDK.
import type { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { CallTarget } from "./call-target.ts";

/** A camera, microphone or speaker. Its `id` is valid only for the code that made the list. */
export interface Device {
  readonly id: string;
  readonly name: string;
}

/** The devices to choose from, and the chosen ones. A chosen device is absent if the SDK does not tell which one it is. */
export interface Devices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  /** Empty if the browser does not allow pages to choose. */
  readonly speakers: readonly Device[];
  readonly cameraId?: string | undefined;
  readonly microphoneId?: string | undefined;
  readonly speakerId?: string | undefined;
}

/** How to start a call. IDs are the browser's device IDs; if a device is gone, the first one is used. */
export interface CallStart {
  readonly muted: boolean;
  readonly cameraOn: boolean;
  readonly cameraId?: string | undefined;
  readonly microphoneId?: string | undefined;
}

/** A video that can be shown. Pass `key` to {@link LiveCall.attachVideo}. */
export interface Video {
  readonly key: string;
  readonly kind: "camera" | "screen";
}

/** Another participant. */
export interface Participant {
  readonly id: string;
  readonly name: string;
  readonly speaking: boolean;
  readonly muted: boolean;
  readonly videos: readonly Video[];
  /** Absent if the participant is connected. */
  readonly waiting?: "connecting" | "ringing" | "held";
  /** The place in the list of raised hands, from 1. Absent if the hand is down. */
  readonly hand?: number;
}

export type CallPhase = "connecting" | "ringing" | "lobby" | "connected" | "held" | "disconnected";

/** Why a call ended: the codes of the SDK. */
export interface CallEnd {
  readonly code: number;
  readonly subCode: number;
}

/** What this user may do in the call. */
export interface CallRights {
  readonly admit: boolean;
  readonly muteOthers: boolean;
  readonly remove: boolean;
  readonly endForEveryone: boolean;
  readonly raiseHand: boolean;
}

/** A call at one moment. */
export interface CallSnapshot {
  readonly phase: CallPhase;
  /** Who put the call on hold; only if `phase` is `held`. */
  readonly heldBy?: "me" | "other";
  readonly end?: CallEnd;
  readonly muted: boolean;
  /** Another participant muted this user, who has not unmuted since. */
  readonly mutedByOther: boolean;
  readonly cameraOn: boolean;
  readonly screenSharing: boolean;
  readonly localVideo?: Video;
  /** The place of this user in the list of raised hands, from 1. */
  readonly hand?: number;
  readonly participants: readonly Participant[];
  /** Who is waiting in the lobby, if this user may see it. */
  readonly lobby: readonly Participant[];
  /** IDs of the participants who speak most, the most important first. */
  readonly dominantSpeakers: readonly string[];
  readonly recording: boolean;
  readonly transcription: boolean;
  readonly rights: CallRights;
}

/** One audio or video stream, as it was in the last second. What the SDK does not report is absent. */
export interface StreamStatistics {
  /** Unique among the streams of one moment. */
  readonly id: string;
  readonly direction: "sent" | "received";
  readonly media: "audio" | "camera" | "screen";
  readonly kilobitsPerSecond?: number;
  /** 0 to 100. */
  readonly lossPercent?: number;
  readonly widthPixels?: number;
  readonly heightPixels?: number;
  readonly framesPerSecond?: number;
  readonly roundTripMs?: number;
}

/**
 * A call in progress. Its functions reject with the SDK's error if the SDK refuses, and do nothing if the participant or the
 * device is gone.
 */
export interface LiveCall {
  snapshot(): CallSnapshot;
  /** Calls `listener` after each change of the snapshot. */
  subscribe(listener: () => void): () => void;
  devices(): Promise<Devices>;
  /** Calls `listener` when a device comes, goes or is chosen. Returns the function that stops it. */
  watchDevices(listener: () => void): () => void;
  setMuted(muted: boolean): Promise<void>;
  /** Turns the camera on or off: the chosen one, or else the first one. */
  setCamera(on: boolean): Promise<void>;
  /** Chooses a camera. If the camera is off, it stays off. */
  selectCamera(deviceId: string): Promise<void>;
  selectMicrophone(deviceId: string): Promise<void>;
  selectSpeaker(deviceId: string): Promise<void>;
  setScreenSharing(on: boolean): Promise<void>;
  /** Holds or resumes the call. While it is held, neither side hears or sees the other. */
  setHeld(held: boolean): Promise<void>;
  setHandRaised(raised: boolean): Promise<void>;
  /** Lowers the hand of another participant. */
  lowerHand(participantId: string): Promise<void>;
  admit(participantId: string): Promise<void>;
  admitAll(): Promise<void>;
  /** Refuses to admit someone from the lobby. */
  reject(participantId: string): Promise<void>;
  mute(participantId: string): Promise<void>;
  muteOthers(): Promise<void>;
  remove(participantId: string): Promise<void>;
  /**
   * Shows a video in an element. The returned function removes it. A video is in one element at a time: a second one gets it
   * when it is removed from the first.
   */
  attachVideo(key: string, element: HTMLElement): Promise<() => void>;
  /** Calls `listener` about every second, until the returned function is called. Throws if the SDK has no statistics. */
  watchStatistics(listener: (streams: readonly StreamStatistics[]) => void): () => void;
  /** Leaves the call, or ends it for all participants. */
  hangUp(forEveryone?: boolean): Promise<void>;
}

/** A call that rings. */
export interface IncomingCall {
  readonly id: string;
  /** The name of the caller; empty if the SDK does not know it. */
  readonly caller: string;
  accept(start: CallStart): Promise<LiveCall>;
  reject(): Promise<void>;
  /** Calls `listener` when it stops ringing: the caller gave up, nobody answered, or another device did. */
  onEnded(listener: (end: CallEnd) => void): void;
}

/** `refused`: the service does not accept the access token, or no longer. */
export type AgentConnection = "connected" | "lost" | "refused";

/** Calls for one Teams user. The SDK allows only one agent per user and page at a time. */
export interface CallingAgent {
  call(target: CallTarget, start: CallStart): Promise<LiveCall>;
  /** Calls `listener` for each call that starts to ring. */
  onIncomingCall(listener: (call: IncomingCall) => void): void;
  /** Calls `listener` if the agent is connected, when it connects, and when it loses its connection. Without one no call rings. */
  onConnection(listener: (connection: AgentConnection) => void): void;
  /** Ends its calls and disposes its credential. */
  dispose(): Promise<void>;
}

/** The calling SDK, once it is loaded. */
export interface CallingSdk {
  createAgent(credential: AzureCommunicationTokenCredential): Promise<CallingAgent>;
}
