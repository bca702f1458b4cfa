// The SDK's LocalAudioStream: a microphone or the app's own stream.
import { Emitter } from "../base/emitter.ts";
import { notEmulated } from "../base/sdk-error.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";
import { openMicrophone, stopTracks } from "./capture.ts";

const noDevice: Sdk.AudioDeviceInfo = { name: "", id: "", isSystemDefault: false, deviceType: "Virtual" };

export class EmulatedLocalAudioStream extends Emitter implements Public<Sdk.LocalAudioStream> {
  readonly mediaStreamType: Sdk.MediaStreamType = "Audio";
  readonly source: Sdk.AudioDeviceInfo;
  readonly #custom: MediaStream | undefined;
  #opened: Promise<MediaStream> | undefined;

  constructor(source: Sdk.AudioDeviceInfo | MediaStream, _options?: Sdk.LocalAudioStreamOptions) {
    super("LocalAudioStream", ["audioSourceChanged"]);
    this.#custom = source instanceof MediaStream ? source : undefined;
    this.source = source instanceof MediaStream ? noDevice : source;
  }

  /** The app must call `dispose` later, unless it passed this stream to a call. */
  getMediaStream(): Promise<MediaStream> {
    this.#opened ??= this.#custom ? Promise.resolve(this.#custom) : openMicrophone(this.source.id);
    return this.#opened;
  }

  async setMediaStream(_source: MediaStream): Promise<void> {
    throw notEmulated("LocalAudioStream.setMediaStream");
  }

  async switchSource(_source: Sdk.AudioDeviceInfo): Promise<void> {
    throw notEmulated("LocalAudioStream.switchSource");
  }

  async getVolume(): Promise<Sdk.Volume> {
    throw notEmulated("LocalAudioStream.getVolume");
  }

  dispose(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (this.#custom === undefined) void opened?.then(stopTracks, () => {});
  }

  feature<TFeature extends Sdk.AudioStreamFeature>(factory: Sdk.AudioStreamFeatureFactory<TFeature>): TFeature {
    throw notEmulated(`Features.${(factory as { name?: string }).name}`);
  }
}
