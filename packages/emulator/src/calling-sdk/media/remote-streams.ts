// The SDK's RemoteVideoStream and RemoteAudioStream.
import { Emitter } from "../base/emitter.ts";
import { sdkError } from "../base/sdk-error.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";
import { EmulatedVolume } from "./volume.ts";

export class EmulatedRemoteVideoStream extends Emitter implements Public<Sdk.RemoteVideoStream> {
  readonly id: number;
  readonly mediaStreamType: Sdk.MediaStreamType;
  /** Holds the track once the connection has it. */
  readonly stream = new MediaStream();
  isAvailable = false;
  isReceiving = false;
  size: Sdk.StreamSize = { width: 0, height: 0 };

  constructor(id: number, mediaStreamType: Sdk.MediaStreamType) {
    super("RemoteVideoStream", ["isAvailableChanged", "sizeChanged", "isReceivingChanged"]);
    this.id = id;
    this.mediaStreamType = mediaStreamType;
  }

  /** Sets the remote track. The browser mutes it while nothing arrives. */
  setTrack(track: MediaStreamTrack): void {
    for (const old of this.stream.getTracks()) this.stream.removeTrack(old);
    this.stream.addTrack(track);
    track.onmute = () => this.#setReceiving();
    track.onunmute = () => this.#setReceiving();
    this.#setReceiving();
  }

  #setReceiving(): void {
    const [track] = this.stream.getTracks();
    const receiving = this.isAvailable && track?.muted === false;
    if (receiving === this.isReceiving) return;
    this.isReceiving = receiving;
    this.emit("isReceivingChanged");
  }

  setAvailable(available: boolean): void {
    if (available === this.isAvailable) return;
    this.isAvailable = available;
    this.emit("isAvailableChanged");
    this.#setReceiving();
  }

  setSize(width: number, height: number): void {
    if (width === this.size.width && height === this.size.height) return;
    this.size = { width, height };
    this.emit("sizeChanged");
  }

  async getMediaStream(): Promise<MediaStream> {
    if (!this.isAvailable) throw sdkError(43200);
    return this.stream;
  }
}

/** All sound of a call. The SDK mixes it; here the stream has one track per participant. */
export class EmulatedRemoteAudioStream implements Public<Sdk.RemoteAudioStream> {
  readonly stream = new MediaStream();
  readonly volume = new EmulatedVolume();

  async getMediaStream(): Promise<MediaStream> {
    return this.stream;
  }

  async getVolume(): Promise<Sdk.Volume> {
    return this.volume;
  }
}
