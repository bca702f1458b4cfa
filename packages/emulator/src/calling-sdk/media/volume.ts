// The SDK's Volume: a level from 0 to 100.
import { Emitter } from "../base/emitter.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";

export class EmulatedVolume extends Emitter implements Public<Sdk.Volume> {
  #level = 0;

  constructor() {
    super("Volume", ["levelChanged"]);
  }

  get level(): number {
    return this.#level;
  }

  /** @param level from 0 to 1 */
  update(level: number): void {
    const rounded = Math.min(100, Math.round(level * 100));
    if (rounded === this.#level) return;
    this.#level = rounded;
    this.emit("levelChanged");
  }
}

/** Measures a local track, until it ends. Web Audio works only after a user gesture; before, the level stays 0. */
export function volumeOf(track: MediaStreamTrack): EmulatedVolume {
  const volume = new EmulatedVolume();
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (track.readyState === "ended") {
      clearInterval(timer);
      void context.close();
      return;
    }
    analyser.getFloatTimeDomainData(samples);
    volume.update(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
  }, 200);
  return volume;
}
