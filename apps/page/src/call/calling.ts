// The types between call-session.ts and calling-sdk.ts: what the page needs for calls, without the types of the Calling SDK.
import type { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { CallTarget } from "./call-target.ts";

/** A camera, microphone or speaker. Its `id` is valid only for the code that made the list. */
export interface Device {
  readonly id: string;
  readonly name: string;
}

export interface Devices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  /** Empty if the browser does not allow pages to choose. */
  readonly speakers: readonly Device[];
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

export interface Participant {
  readonly id: string;
  readonly name: string;
  readonly speaking: boolean;
  readonly muted: boolean;
  readonly videos: readonly Video[];
}

export type CallPhase = "connecting" | "ringing" | "lobby" | "connected" | "held" | "disconnected";

/** Why a call ended: the codes of the SDK. */
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
  /** Who is waiting in the lobby, if this user may admit them. */
  readonly lobby: readonly Participant[];
}

/** A call in progress. */
export interface LiveCall {
  snapshot(): CallSnapshot;
  /** Calls `listener` after each change of the snapshot. */
  subscribe(listener: () => void): () => void;
  devices(): Promise<Devices>;
  setMuted(muted: boolean): Promise<void>;
  setCamera(on: boolean, deviceId?: string): Promise<void>;
  selectMicrophone(deviceId: string): Promise<void>;
  selectSpeaker(deviceId: string): Promise<void>;
  setScreenSharing(on: boolean): Promise<void>;
  admit(participantId: string): Promise<void>;
  /** Shows a video in an element. The returned function removes it. */
  attachVideo(key: string, element: HTMLElement): Promise<() => void>;
  /** Holds or resumes the call. While it is held, neither side hears or sees the other. */
  setHeld(held: boolean): Promise<void>;
  hangUp(): Promise<void>;
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
  /** Calls `listener` when the agent connects, or loses its connection. Without a connection no call rings. */
  onConnection(listener: (connection: AgentConnection) => void): void;
  /** Ends its calls and disposes its credential. */
  dispose(): Promise<void>;
}

/** The calling SDK, once it is loaded. */
export interface CallingSdk {
  createAgent(credential: AzureCommunicationTokenCredential): Promise<CallingAgent>;
}
