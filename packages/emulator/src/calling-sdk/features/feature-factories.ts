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

/** The names of all features of the SDK. A test compares them with its types. */
const names =
  "Recording Transfer Transcription Captions RaiseHand Reaction Spotlight PPTLive BreakoutRooms Capabilities DominantSpeakers CallSurvey UserFacingDiagnostics MediaStats DebugInfo VideoEffects AudioEffects DataChannel OptimalVideoCount TeamsMeetingAudioConferencing TogetherMode MediaAccess RealTimeText";

const factories: Record<string, Factory> = Object.fromEntries(
  names.split(" ").map((name) => [name, { name, ...emulated[name] }]),
);

/** The SDK's `Features`. */
export const Features = factories as unknown as typeof Sdk.Features;

const nameOf = (factory: unknown): string =>
  `Features.${(factory as Partial<Factory> | undefined)?.name ?? "(unknown)"}`;

/** @throws CallingError that names the feature, if it is not emulated */
function create<Result>(factory: unknown, made: Result | undefined): Result {
  if (made === undefined) throw notEmulated(nameOf(factory));
  return made;
}

/** Creates a feature of a call. */
export const createCallFeature = (factory: unknown, context: FeatureContext): Sdk.BaseFeature =>
  create(factory, (factory as Partial<Factory> | undefined)?.create?.(context));

/** Creates a feature of a call client. */
export const createClientFeature = (factory: unknown): Sdk.BaseFeature =>
  create(factory, (factory as Partial<Factory> | undefined)?.createForClient?.());
