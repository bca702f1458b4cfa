// The SDK's Volume: a level from 0 to 100.
import { Emitter } from "../base/emitter.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";

export class EmulatedVolume extends Emitter implements Public<Sdk.Volume> {
  level = 0;

  constructor() {
    super("Volume", ["levelChanged"]);
  }

  /** @param level from 0 to 1 */
  update(level: number): void {
    const rounded = Math.min(100, Math.round(level * 100));
    if (rounded === this.level) return;
    this.level = rounded;
    this.emit("levelChanged");
  }
}
