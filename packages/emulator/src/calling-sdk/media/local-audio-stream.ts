// The SDK's LocalAudioStream: a microphone or the app's own stream.
import { Emitter } from "../base/emitter.ts";
import { CallingError, notEmulated } from "../base/sdk-error.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";
import { openMicrophone, stopTracks } from "./capture.ts";
import { type EmulatedVolume, volumeOf } from "./volume.ts";

const noDevice: Sdk.AudioDeviceInfo = { name: "", id: "", isSystemDefault: false, deviceType: "Virtual" };

export class EmulatedLocalAudioStream extends Emitter implements Public<Sdk.LocalAudioStream> {
  readonly mediaStreamType: Sdk.MediaStreamType = "Audio";
  #source: Sdk.AudioDeviceInfo;
  #custom: MediaStream | undefined;
  #opened: Promise<MediaStream> | undefined;

  constructor(source: Sdk.AudioDeviceInfo | MediaStream, _options?: Sdk.LocalAudioStreamOptions) {
    super("LocalAudioStream", ["audioSourceChanged"]);
    this.#custom = source instanceof MediaStream ? source : undefined;
    this.#source = source instanceof MediaStream ? noDevice : source;
  }

  get source(): Sdk.AudioDeviceInfo {
    return this.#source;
  }

  /** The app must call `dispose` later, unless it passed this stream to a call. */
  getMediaStream(): Promise<MediaStream> {
    this.#opened ??= this.#custom ? Promise.resolve(this.#custom) : openMicrophone(this.#source.id);
    return this.#opened;
  }

  async setMediaStream(source: MediaStream): Promise<void> {
    this.dispose();
    this.#custom = source;
    this.#source = noDevice;
    this.emit("audioSourceChanged", { source: this });
  }

  async switchSource(source: Sdk.AudioDeviceInfo): Promise<void> {
    this.dispose();
    this.#custom = undefined;
    this.#source = source;
    this.emit("audioSourceChanged", { source: this });
  }

  async getVolume(): Promise<EmulatedVolume> {
    const [track] = (await this.getMediaStream()).getAudioTracks();
    if (track === undefined)
      throw new CallingError(412, 0, "LocalAudioStream.getVolume: the stream has no audio track");
    return volumeOf(track);
  }

  dispose(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (this.#custom === undefined) void opened?.then(stopTracks, () => {});
  }

  feature<TFeature extends Sdk.AudioStreamFeature>(factory: Sdk.AudioStreamFeatureFactory<TFeature>): TFeature {
    throw notEmulated(`Features.${(factory as { name?: string }).name ?? "unknown"}`);
  }
}
