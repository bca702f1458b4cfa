// The SDK's `Features`, and what makes the features of a call and of a call client.
import { notEmulated } from "../base/sdk-error.ts";
import type { Sdk } from "../base/sdk-types.ts";
import type { FeatureContext } from "../call/call-context.ts";
import { DebugInfoFeature } from "./debug-info.ts";
import { DominantSpeakersFeature } from "./dominant-speakers.ts";
import { MediaStatsFeature } from "./media-stats.ts";
import { RaiseHandFeature } from "./raise-hand.ts";
import { RecordingFeature, TranscriptionFeature } from "./recording.ts";

/** The emulated features of a call. */
const ofCalls: Readonly<Record<string, (context: FeatureContext) => Sdk.BaseFeature>> = {
  Recording: (context) => new RecordingFeature(context),
  Transcription: (context) => new TranscriptionFeature(context),
  DominantSpeakers: (context) => new DominantSpeakersFeature(context),
  RaiseHand: (context) => new RaiseHandFeature(context),
  MediaStats: (context) => new MediaStatsFeature(context),
};

/** A feature is known by its name only. */
interface Factory {
  readonly name: string;
}

/** The SDK's `Features`. It has every name, so that an error can tell which feature is not emulated. */
export const Features = new Proxy<Record<string, Factory>>(
  {},
  {
    get(known, name: string) {
      known[name] ??= { name };
      return known[name];
    },
  },
) as unknown as typeof Sdk.Features;

/**
 * Makes a feature of a call, or of a call client if there is no call.
 * @throws CallingError that names the feature, if it is not emulated
 */
export function createFeature(factory: unknown, context?: FeatureContext): Sdk.BaseFeature {
  const { name } = factory as Factory;
  if (context === undefined && name === "DebugInfo") return new DebugInfoFeature();
  const feature = context && ofCalls[name]?.(context);
  if (feature === undefined) throw notEmulated(`Features.${name}`);
  return feature;
}
