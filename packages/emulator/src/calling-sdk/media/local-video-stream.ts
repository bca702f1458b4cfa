// The SDK's LocalVideoStream: a camera, a screen or the app's own stream. It is open only while somebody uses it.
import { Emitter } from "../base/emitter.ts";
import { notEmulated, sdkError } from "../base/sdk-error.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";
import { openCamera, stopTracks } from "./capture.ts";

const isDevice = (source: unknown): source is Sdk.VideoDeviceInfo =>
  typeof (source as Partial<Sdk.VideoDeviceInfo> | null)?.id === "string" && !(source instanceof MediaStream);

const noDevice = (deviceType: Sdk.VideoDeviceType): Sdk.VideoDeviceInfo => ({ name: "", id: "", deviceType });

export class EmulatedLocalVideoStream extends Emitter implements Public<Sdk.LocalVideoStream> {
  source: Sdk.VideoDeviceInfo;
  readonly mediaStreamType: Sdk.MediaStreamType;
  /** The app's own stream, or the screen. */
  #custom: MediaStream | undefined;
  #opened: Promise<MediaStream> | undefined;
  #users = 0;

  /** @param mediaStreamType only this module sets it, for a screen */
  constructor(
    source: Sdk.VideoDeviceInfo | MediaStream,
    _options?: Sdk.LocalVideoStreamOptions,
    mediaStreamType?: Sdk.MediaStreamType,
  ) {
    super("LocalVideoStream", ["videoSourceChanged", "trackChanged"]);
    if (source instanceof MediaStream) {
      this.#custom = source;
      this.source = noDevice(mediaStreamType === "ScreenSharing" ? "ScreenSharing" : "Virtual");
      this.mediaStreamType = mediaStreamType ?? "RawMedia";
    } else {
      if (!isDevice(source)) throw sdkError(43004);
      this.source = source;
      this.mediaStreamType = "Video";
    }
  }

  /** Opens the camera for one more user of the stream, who calls `close` later. The stream object stays the same. */
  async open(): Promise<MediaStream> {
    this.#users += 1;
    try {
      return await this.#stream();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Turns the camera off if no other user of the stream is left. */
  close(): void {
    this.#users -= 1;
    if (this.#users <= 0) this.dispose();
  }

  #stream(): Promise<MediaStream> {
    this.#opened ??= this.#custom ? Promise.resolve(new MediaStream(this.#custom.getVideoTracks())) : this.#camera();
    return this.#opened;
  }

  #camera(): Promise<MediaStream> {
    const opening = openCamera(this.source.id);
    opening.catch(() => {
      if (this.#opened === opening) this.#opened = undefined;
    });
    return opening;
  }

  async switchSource(source: Sdk.VideoDeviceInfo): Promise<void> {
    if (!isDevice(source)) throw sdkError(43004);
    if (this.#custom === undefined && source.id === this.source.id) throw sdkError(43005);
    const opened = this.#opened;
    if (opened !== undefined) {
      const [stream, camera] = await Promise.all([opened, openCamera(source.id)]);
      this.#replaceTrack(stream, camera.getVideoTracks()[0]);
    }
    this.#custom = undefined;
    this.source = source;
    this.emit("videoSourceChanged", { source: this });
  }

  async setMediaStream(source: MediaStream): Promise<void> {
    const opened = await this.#opened;
    if (opened !== undefined) this.#replaceTrack(opened, source.getVideoTracks()[0]);
    this.#custom = source;
    this.source = noDevice("Virtual");
    this.emit("videoSourceChanged", { source: this });
  }

  #replaceTrack(stream: MediaStream, track: MediaStreamTrack | undefined): void {
    for (const old of stream.getVideoTracks()) {
      stream.removeTrack(old);
      if (this.#custom === undefined) old.stop();
    }
    if (track !== undefined) stream.addTrack(track);
    this.emit("trackChanged");
  }

  /** The app must call `dispose` later. */
  getMediaStream(): Promise<MediaStream> {
    return this.#stream();
  }

  dispose(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    this.#users = 0;
    // The app's own stream is its own business, except for a screen, which this module opened.
    if (this.#custom === undefined || this.mediaStreamType === "ScreenSharing") void opened?.then(stopTracks, () => {});
  }

  feature<TFeature extends Sdk.VideoStreamFeature>(factory: Sdk.VideoStreamFeatureFactory<TFeature>): TFeature {
    throw notEmulated(`Features.${(factory as { name?: string }).name}`);
  }
}
