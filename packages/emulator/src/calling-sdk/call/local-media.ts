// What this side of a call sends: microphone, camera and screen.
import type { Media } from "../../calling/protocol.ts";
import type { Unsubscribe } from "../base/sdk-types.ts";
import { openMicrophone, stopTracks } from "../media/capture.ts";
import type { EmulatedDeviceManager } from "../media/device-manager.ts";
import type { EmulatedLocalAudioStream } from "../media/local-audio-stream.ts";
import type { EmulatedLocalVideoStream } from "../media/local-video-stream.ts";
import type { Outgoing } from "../media/peer.ts";

type VideoLine = "camera" | "screen";

interface Video {
  stream: EmulatedLocalVideoStream;
  opened: MediaStream;
  stopWatching: Unsubscribe;
}

export class LocalMedia {
  muted: boolean;
  held = false;
  /** The app's own sound, instead of the selected microphone. */
  custom: EmulatedLocalAudioStream | undefined;
  #microphone: MediaStream | undefined;
  readonly #videos = new Map<VideoLine, Video>();
  readonly #devices: EmulatedDeviceManager;
  readonly #changed: () => void;
  readonly #stopWatching: Unsubscribe;
  #closed = false;

  /** @param changed called when tracks were replaced */
  constructor(devices: EmulatedDeviceManager, muted: boolean, changed: () => void) {
    this.#devices = devices;
    this.muted = muted;
    this.#changed = changed;
    this.#stopWatching = devices.watch("selectedMicrophoneChanged", () => {
      if (this.#microphone && this.custom === undefined) void this.openMicrophone().catch(() => {});
    });
  }

  /** What others are told. Without a microphone, this side counts as muted. */
  get media(): Media {
    return {
      muted: this.muted || this.#microphone === undefined,
      video: this.#videos.has("camera"),
      screen: this.#videos.has("screen"),
      held: this.held,
    };
  }

  get hasMicrophone(): boolean {
    return this.#microphone !== undefined;
  }

  get outgoing(): Outgoing {
    const [microphone] = this.#microphone?.getAudioTracks() ?? [];
    if (microphone) microphone.enabled = !this.muted;
    const video = (line: VideoLine) => this.#videos.get(line)?.opened.getVideoTracks()[0];
    if (this.held) return { audio: null, camera: null, screen: null };
    return { audio: microphone ?? null, camera: video("camera") ?? null, screen: video("screen") ?? null };
  }

  /** The stream that is sent on a line. */
  video(line: VideoLine): EmulatedLocalVideoStream | undefined {
    return this.#videos.get(line)?.stream;
  }

  get videos(): EmulatedLocalVideoStream[] {
    return [...this.#videos.values()].map(({ stream }) => stream);
  }

  /** Opens the selected microphone, or the app's own sound. The old one is ended. */
  async openMicrophone(): Promise<void> {
    const { custom } = this;
    const opened = await (custom ? custom.getMediaStream() : openMicrophone(this.#devices.selectedMicrophone?.id));
    if (this.#closed) return stopTracks(custom ? undefined : opened);
    const old = this.#microphone;
    // A clone, so that muting the call does not disable the track of the app.
    this.#microphone = custom ? opened.clone() : opened;
    stopTracks(old);
    this.#changed();
  }

  async startVideo(line: VideoLine, stream: EmulatedLocalVideoStream): Promise<void> {
    const opened = await stream.open();
    if (this.#closed) return stream.close();
    this.#videos.get(line)?.stopWatching();
    this.#videos.set(line, { stream, opened, stopWatching: stream.watch("trackChanged", this.#changed) });
    this.#changed();
  }

  stopVideo(line: VideoLine): void {
    const video = this.#videos.get(line);
    this.#videos.delete(line);
    video?.stopWatching();
    video?.stream.close();
    this.#changed();
  }

  close(): void {
    this.#closed = true;
    this.#stopWatching();
    stopTracks(this.#microphone);
    for (const { stream, stopWatching } of this.#videos.values()) {
      stopWatching();
      stream.close();
    }
    this.#videos.clear();
  }
}
