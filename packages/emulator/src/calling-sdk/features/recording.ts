// Features.Recording and Features.Transcription: what the service says. A test starts and stops them on the control page.
// https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/record-calls
import { Emitter } from "../base/emitter.ts";
import { asSdk, type Public, type Sdk } from "../base/sdk-types.ts";
import type { FeatureContext } from "../call/call-context.ts";

class RecordingInfo extends Emitter implements Public<Sdk.RecordingInfo> {
  state: Sdk.RecordingState = 1;

  constructor() {
    super("RecordingInfo", ["recordingStateChanged"]);
  }

  end(): void {
    this.state = 3;
    this.emit("recordingStateChanged");
  }
}

export class RecordingFeature extends Emitter implements Public<Sdk.RecordingCallFeature> {
  readonly name = "Recording";
  /** The emulated meetings ask for no consent. */
  readonly isTeamsConsentRequired = false;
  isRecordingActive: boolean;
  #recording: RecordingInfo | undefined;
  readonly #context: FeatureContext;
  readonly #stop: () => void;

  constructor(context: FeatureContext) {
    super("RecordingCallFeature", ["isRecordingActiveChanged", "recordingsUpdated"]);
    this.#context = context;
    this.isRecordingActive = context.snapshot()?.recording ?? false;
    if (this.isRecordingActive) this.#recording = new RecordingInfo();
    this.#stop = context.signals.watch("snapshot", () => this.#update());
  }

  get recordings(): Sdk.RecordingInfo[] {
    return this.#recording ? [asSdk<Sdk.RecordingInfo>(this.#recording)] : [];
  }

  #update(): void {
    const active = this.#context.snapshot()?.recording ?? false;
    if (active === this.isRecordingActive) return;
    this.isRecordingActive = active;
    const ended = this.#recording;
    this.#recording = active ? new RecordingInfo() : undefined;
    ended?.end();
    this.emit("recordingsUpdated", { added: this.recordings, removed: ended ? [ended] : [] });
    this.emit("isRecordingActiveChanged");
  }

  async grantTeamsConsent(): Promise<void> {}

  dispose(): void {
    this.#stop();
  }
}

export class TranscriptionFeature extends Emitter implements Public<Sdk.TranscriptionCallFeature> {
  readonly name = "Transcription";
  readonly isTeamsConsentRequired = false;
  isTranscriptionActive: boolean;
  readonly #stop: () => void;

  constructor(context: FeatureContext) {
    super("TranscriptionCallFeature", ["isTranscriptionActiveChanged"]);
    this.isTranscriptionActive = context.snapshot()?.transcription ?? false;
    this.#stop = context.signals.watch("snapshot", () => {
      const active = context.snapshot()?.transcription ?? false;
      if (active === this.isTranscriptionActive) return;
      this.isTranscriptionActive = active;
      this.emit("isTranscriptionActiveChanged");
    });
  }

  async grantTeamsConsent(): Promise<void> {}

  dispose(): void {
    this.#stop();
  }
}
