// Features.DominantSpeakers: who spoke last, the latest first.
// https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/dominant-speaker
import { Emitter } from "../base/emitter.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";
import type { FeatureContext } from "../call/call-context.ts";

export class DominantSpeakersFeature extends Emitter implements Public<Sdk.DominantSpeakersCallFeature> {
  readonly name = "DominantSpeakers";
  dominantSpeakers: Sdk.DominantSpeakersInfo = { speakersList: [], timestamp: new Date() };
  readonly #stop: () => void;

  constructor(context: FeatureContext) {
    super("DominantSpeakersCallFeature", ["dominantSpeakersChanged"]);
    this.#stop = context.signals.watch("sample", () => this.#update(context));
  }

  #update(context: FeatureContext): void {
    const speakersList = context
      .participants()
      .filter(({ lastSpoke }) => lastSpoke > 0)
      // Those who speak now have the same time of the last sound, so the louder one comes first.
      .toSorted((a, b) => b.lastSpoke - a.lastSpoke || b.level - a.level)
      .map(({ identifier }) => identifier);
    const old = this.dominantSpeakers.speakersList;
    if (speakersList.length === old.length && speakersList.every((speaker, index) => speaker === old[index])) return;
    this.dominantSpeakers = { speakersList, timestamp: new Date() };
    this.emit("dominantSpeakersChanged");
  }

  dispose(): void {
    this.#stop();
  }
}
