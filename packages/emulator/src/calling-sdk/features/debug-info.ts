// Features.DebugInfo of a call client.
import { Emitter } from "../base/emitter.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";

export class DebugInfoFeature extends Emitter implements Public<Sdk.DebugInfoCallClientFeature> {
  readonly name = "DebugInfo";
  /** The emulated calling service does not look at other tabs. */
  readonly isCallClientActiveInAnotherTab = false;

  constructor() {
    super("DebugInfoCallClientFeature", ["isCallClientActiveInAnotherTabChanged"]);
  }

  /** Says that everything with WebRTC is supported. */
  async getEnvironmentInfo(): Promise<Sdk.EnvironmentInfo> {
    const supported = "RTCPeerConnection" in globalThis;
    return {
      environment: { platform: navigator.platform, browser: navigator.userAgent, browserVersion: "" },
      isSupportedPlatform: true,
      isSupportedBrowser: supported,
      isSupportedBrowserVersion: supported,
      isSupportedEnvironment: supported,
    };
  }

  dispose(): void {}
}
