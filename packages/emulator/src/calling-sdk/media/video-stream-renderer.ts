// The SDK's VideoStreamRenderer: shows a stream in an element of the page.
// https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/manage-video
import { sdkError } from "../base/sdk-error.ts";
import type { Public, Sdk, Unsubscribe } from "../base/sdk-types.ts";
import { EmulatedLocalVideoStream } from "./local-video-stream.ts";
import { EmulatedRemoteVideoStream } from "./remote-streams.ts";

/** How long a view waits for the first picture. */
const firstFrameTimeoutMs = 20_000;

const objectFit: Readonly<Record<Sdk.ScalingMode, string>> = { Stretch: "fill", Crop: "cover", Fit: "contain" };

class View implements Public<Sdk.VideoStreamRendererView> {
  readonly target: HTMLElement = document.createElement("div");
  readonly video = document.createElement("video");
  readonly #removed: (view: View) => void;
  scalingMode: Sdk.ScalingMode;
  readonly isMirrored: boolean;

  constructor({ scalingMode = "Stretch", isMirrored = false }: Sdk.CreateViewOptions, removed: (view: View) => void) {
    this.scalingMode = scalingMode;
    this.isMirrored = isMirrored;
    this.#removed = removed;
    Object.assign(this.video, { muted: true, autoplay: true, playsInline: true });
    this.target.style.cssText = "width:100%;height:100%";
    this.video.style.cssText = `width:100%;height:100%${isMirrored ? ";transform:scaleX(-1)" : ""}`;
    this.video.style.objectFit = objectFit[scalingMode];
    this.target.append(this.video);
  }

  async updateScalingMode(scalingMode: Sdk.ScalingMode): Promise<void> {
    this.scalingMode = scalingMode;
    this.video.style.objectFit = objectFit[scalingMode];
  }

  dispose(): void {
    this.video.srcObject = null;
    this.target.remove();
    this.#removed(this);
  }
}

/** Waits for the first picture. @throws CallingError 43202 if the stream ends before, 43203 after a timeout */
function firstFrame(video: HTMLVideoElement, ended: AbortSignal): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const fail = (subCode: 43202 | 43203) => () => reject(sdkError(subCode));
    const timer = setTimeout(fail(43203), firstFrameTimeoutMs);
    const end = fail(43202);
    video.onloadeddata = () => {
      clearTimeout(timer);
      resolve();
    };
    ended.onabort = () => {
      clearTimeout(timer);
      end();
    };
    if (ended.aborted) end();
  });
}

export class EmulatedVideoStreamRenderer implements Public<Sdk.VideoStreamRenderer> {
  readonly #stream: EmulatedLocalVideoStream | EmulatedRemoteVideoStream;
  readonly #views = new Map<View, AbortController>();

  constructor(stream: Sdk.LocalVideoStream | Sdk.RemoteVideoStreamCommon) {
    const emulated: unknown = stream;
    if (!(emulated instanceof EmulatedLocalVideoStream || emulated instanceof EmulatedRemoteVideoStream)) {
      throw sdkError(43200);
    }
    this.#stream = emulated;
  }

  get size(): Sdk.StreamSize {
    const [view] = this.#views.keys();
    return { width: view?.video.videoWidth ?? 0, height: view?.video.videoHeight ?? 0 };
  }

  async createView(options: Sdk.CreateViewOptions = {}): Promise<View> {
    const stream = this.#stream;
    const ended = new AbortController();
    const view = new View(options, (removed) => this.#forget(removed));
    this.#views.set(view, ended);
    let stopWatching: Unsubscribe = () => {};
    try {
      if (stream instanceof EmulatedLocalVideoStream) {
        view.video.srcObject = await stream.open();
        if (ended.signal.aborted) stream.close();
        else ended.signal.addEventListener("abort", () => stream.close());
      } else {
        view.video.srcObject = await stream.getMediaStream();
        stopWatching = stream.watch("isAvailableChanged", () => {
          if (!stream.isAvailable) ended.abort();
        });
      }
      await firstFrame(view.video, ended.signal);
      return view;
    } catch (error) {
      view.dispose();
      throw error;
    } finally {
      stopWatching();
    }
  }

  #forget(view: View): void {
    this.#views.get(view)?.abort();
    this.#views.delete(view);
  }

  dispose(): void {
    for (const view of [...this.#views.keys()]) view.dispose();
  }
}
