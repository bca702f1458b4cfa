// @teams-token-exchange/emulator/calling: a drop-in for @azure/communication-calling in a browser, for what a Teams user needs.
// It talks to the emulated calling service instead of Teams. SUPPORT.md lists every member.
import type { Public, Sdk } from "./base/sdk-types.ts";
import { EmulatedCallClient } from "./call-client.ts";
import { EmulatedLocalAudioStream } from "./media/local-audio-stream.ts";
import { EmulatedLocalVideoStream } from "./media/local-video-stream.ts";
import { EmulatedVideoStreamRenderer } from "./media/video-stream-renderer.ts";
import {
  callAgentKinds,
  callKinds,
  devicePermissionAccess,
  diagnosticQualities,
  incomingCallKinds,
  recordingStates,
} from "./sdk-enums.ts";

export type * from "@azure/communication-calling";
export { useCallingService } from "./base/service-address.ts";
export { Features } from "./features/feature-factories.ts";

/** A class of this module as the SDK types it: the instances of the class have all public members of the SDK's. */
const sdkClass = <Class extends abstract new (...args: never) => unknown>(
  emulated: new (...args: ConstructorParameters<Class>) => Public<InstanceType<Class>>,
): Class => emulated as unknown as Class;

export const CallClient = sdkClass<typeof Sdk.CallClient>(EmulatedCallClient);
export type CallClient = Sdk.CallClient;
export const LocalVideoStream = sdkClass<typeof Sdk.LocalVideoStream>(EmulatedLocalVideoStream);
export type LocalVideoStream = Sdk.LocalVideoStream;
export const LocalAudioStream = sdkClass<typeof Sdk.LocalAudioStream>(EmulatedLocalAudioStream);
export type LocalAudioStream = Sdk.LocalAudioStream;
export const VideoStreamRenderer = sdkClass<typeof Sdk.VideoStreamRenderer>(EmulatedVideoStreamRenderer);
export type VideoStreamRenderer = Sdk.VideoStreamRenderer;

export const CallKind = callKinds;
export type CallKind = Sdk.CallKind;
export const CallAgentKind = callAgentKinds;
export type CallAgentKind = Sdk.CallAgentKind;
export const IncomingCallKind = incomingCallKinds;
export type IncomingCallKind = Sdk.IncomingCallKind;
export const DevicePermissionAccess = devicePermissionAccess;
export type DevicePermissionAccess = Sdk.DevicePermissionAccess;
export const DiagnosticQuality = diagnosticQualities;
export type DiagnosticQuality = Sdk.DiagnosticQuality;
export const RecordingState = recordingStates;
export type RecordingState = Sdk.RecordingState;
