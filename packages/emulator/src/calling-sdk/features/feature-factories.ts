// The SDK's `Features`. Each factory makes one feature of a call; those without `create` are not emulated.
import { notEmulated } from "../base/sdk-error.ts";
import type { Sdk } from "../base/sdk-types.ts";
import type { FeatureContext } from "../call/call-context.ts";
import { DebugInfoFeature } from "./debug-info.ts";
import { DominantSpeakersFeature } from "./dominant-speakers.ts";
import { MediaStatsFeature } from "./media-stats.ts";
import { RaiseHandFeature } from "./raise-hand.ts";
import { RecordingFeature, TranscriptionFeature } from "./recording.ts";
import { UserFacingDiagnosticsFeature } from "./user-facing-diagnostics.ts";

interface Factory {
  readonly name: string;
  readonly create?: (context: FeatureContext) => Sdk.BaseFeature;
  readonly createForClient?: () => Sdk.BaseFeature;
}

const emulated: Readonly<Record<string, Omit<Factory, "name">>> = {
  Recording: { create: (context) => new RecordingFeature(context) },
  Transcription: { create: (context) => new TranscriptionFeature(context) },
  DominantSpeakers: { create: (context) => new DominantSpeakersFeature(context) },
  RaiseHand: { create: (context) => new RaiseHandFeature(context) },
  MediaStats: { create: (context) => new MediaStatsFeature(context) },
  UserFacingDiagnostics: { create: (context) => new UserFacingDiagnosticsFeature(context) },
  DebugInfo: { createForClient: () => new DebugInfoFeature() },
};

/** The names of all features of the SDK. */
const names = {
  Recording: true,
  Transfer: true,
  Transcription: true,
  Captions: true,
  RaiseHand: true,
  Reaction: true,
  Spotlight: true,
  PPTLive: true,
  BreakoutRooms: true,
  Capabilities: true,
  DominantSpeakers: true,
  CallSurvey: true,
  UserFacingDiagnostics: true,
  MediaStats: true,
  DebugInfo: true,
  VideoEffects: true,
  AudioEffects: true,
  DataChannel: true,
  OptimalVideoCount: true,
  TeamsMeetingAudioConferencing: true,
  TogetherMode: true,
  MediaAccess: true,
  RealTimeText: true,
} satisfies Record<keyof typeof Sdk.Features, true>;

const factories: Record<string, Factory> = Object.fromEntries(
  Object.keys(names).map((name) => [name, { name, ...emulated[name] }]),
);

/** The SDK's `Features`. */
export const Features = factories as unknown as typeof Sdk.Features;

const nameOf = (factory: unknown): string =>
  `Features.${(factory as Partial<Factory> | undefined)?.name ?? "(unknown)"}`;

/**
 * Creates a feature of a call.
 * @throws CallingError that names the feature, if it is not emulated
 */
export function createCallFeature(factory: unknown, context: FeatureContext): Sdk.BaseFeature {
  const feature = (factory as Partial<Factory> | undefined)?.create?.(context);
  if (feature === undefined) throw notEmulated(nameOf(factory));
  return feature;
}

/**
 * Creates a feature of a call client.
 * @throws CallingError that names the feature, if it is not emulated
 */
export function createClientFeature(factory: unknown): Sdk.BaseFeature {
  const feature = (factory as Partial<Factory> | undefined)?.createForClient?.();
  if (feature === undefined) throw notEmulated(nameOf(factory));
  return feature;
}
